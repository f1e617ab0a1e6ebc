/*
 * spell.c - numbers in words, as the suffixes SP, TH and SPTH of a datetime's mask want them; see moment.h
 *
 * Source	Oracle Database SQL Language Reference 19c, "Datetime Format Models", "Date Format Element Suffixes"
 */
#include "moment.h"

#include <ctype.h>

static const char *const small[] = { "ZERO",	"ONE",	   "TWO",	"THREE",    "FOUR",
				     "FIVE",	"SIX",	   "SEVEN",	"EIGHT",    "NINE",
				     "TEN",	"ELEVEN",  "TWELVE",	"THIRTEEN", "FOURTEEN",
				     "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN" };
static const char *const tens[] = { "",	     "",      "TWENTY",	 "THIRTY", "FORTY",
				    "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY" };

static void put_below_thousand(StringInfo out, int64_t number)
{
	if (number >= 100) {
		appendStringInfo(out, "%s HUNDRED", small[number / 100]);
		number %= 100;
		if (number == 0)
			return;
		appendStringInfoChar(out, ' ');
	}
	if (number < 20) {
		appendStringInfoString(out, small[number]);
		return;
	}
	appendStringInfoString(out, tens[number / 10]);
	if (number % 10)
		appendStringInfo(out, "-%s", small[number % 10]);
}

static void put_words(StringInfo out, int64_t number)
{
	static const struct {
		int64_t of;
		const char *word;
	} groups[] = { { 1000000, "MILLION" }, { 1000, "THOUSAND" } };

	for (size_t i = 0; i < lengthof(groups); i++) {
		if (number < groups[i].of)
			continue;
		put_below_thousand(out, number / groups[i].of);
		appendStringInfo(out, " %s", groups[i].word);
		number %= groups[i].of;
		if (number == 0)
			return;
		appendStringInfoChar(out, ' ');
	}
	put_below_thousand(out, number);
}

/* The last of the words from @from on becomes an ordinal: FOUR FOURTH, TWENTY TWENTIETH. */
static void make_ordinal(StringInfo out, int from)
{
	static const char *const others[][2] = { { "ONE", "FIRST" },	 { "TWO", "SECOND" },
						 { "THREE", "THIRD" },	 { "FIVE", "FIFTH" },
						 { "EIGHT", "EIGHTH" },	 { "NINE", "NINTH" },
						 { "TWELVE", "TWELFTH" } };
	int last = out->len;

	while (last > from && isalpha((unsigned char)out->data[last - 1]))
		last--;
	for (size_t i = 0; i < lengthof(others); i++)
		if (strcmp(out->data + last, others[i][0]) == 0) {
			out->len = last;
			appendStringInfoString(out, others[i][1]);
			return;
		}
	if (out->data[out->len - 1] == 'Y') {
		out->len--;
		appendStringInfoString(out, "IE");
	}
	appendStringInfoString(out, "TH");
}

/* FOUR, Four or four, as the element that it stands for is spelled. */
static void give_case(StringInfo out, int from, const char *mask)
{
	bool upper = isupper((unsigned char)mask[0]),
	     all = upper && isupper((unsigned char)mask[1]);
	bool first = true;

	for (int i = from; !all && i < out->len; i++) {
		if (!first || !upper)
			out->data[i] = pg_tolower((unsigned char)out->data[i]);
		first = out->data[i] == ' ' || out->data[i] == '-';
	}
}

/* 1ST, 2ND, 3RD, 4TH, 11TH */
static void put_ending(StringInfo out, int64_t number, const char *mask)
{
	static const char *const endings[] = { "TH", "ST", "ND", "RD" };
	int64_t last = number % 100 / 10 == 1 ? 0 : number % 10;
	int from = out->len;

	appendStringInfoString(out, endings[last < 4 ? last : 0]);
	if (!isupper((unsigned char)mask[0]) || !isupper((unsigned char)mask[1]))
		for (int i = from; i < out->len; i++)
			out->data[i] = pg_tolower((unsigned char)out->data[i]);
}

void spell_number(StringInfo out, int from, const char **mask, const char *element)
{
	bool spelled = pg_strncasecmp(*mask, "SP", 2) == 0, ordinal;
	int64_t number;

	ordinal = pg_strncasecmp(*mask + (spelled ? 2 : 0), "TH", 2) == 0;
	if (!spelled && !ordinal)
		return;
	*mask += spelled && ordinal ? 4 : 2;
	if (ordinal && !spelled && pg_strncasecmp(*mask, "SP", 2) == 0) {
		spelled = true;
		*mask += 2;
	}
	number = llabs(strtoll(out->data + from, NULL, 10));
	if (!spelled) {
		put_ending(out, number, element);
		return;
	}
	out->len = from;
	put_words(out, number);
	if (ordinal)
		make_ordinal(out, from);
	give_case(out, from, element);
}
