/*
 * number.c - a numeric as NUMBER keeps it: twenty digits of base 100; the text of binary floats
 *
 * PostgreSQL's numeric holds as many digits as a result has; NUMBER rounds each result of
 * arithmetic to what twenty base 100 digits hold, 39 or 40 decimal ones by where the
 * decimal point lies: 1/3 has forty threes, 10/3 thirty-nine.
 *
 * Sources	Oracle Database SQL Language Reference 19c, "NUMBER Data Type" (p is 20 base-100
 *		digits, 39 or 40 decimal ones)
 */
#include "causeway_redo.h"

#include <math.h>

#include <utils/builtins.h>
#include <utils/numeric.h>

enum { DIGITS_KEPT = 20, HEADER_BYTES = 8, FIRST_FOUR_MAX = 10 };

PG_FUNCTION_INFO_V1(rh_number_kept);

static int get_i16be(const uint8 *at)
{
	return (int16)(at[0] << 8 | at[1]);
}

/* In the binary form a digit is one of base 10000, and the weight is the first one's exponent. */
Datum rh_number_kept(PG_FUNCTION_ARGS)
{
	Datum numeric = PG_GETARG_DATUM(0);
	bytea *sent;
	const uint8 *at;
	int exponent;

	if (numeric_is_nan(DatumGetNumeric(numeric)) || numeric_is_inf(DatumGetNumeric(numeric)))
		PG_RETURN_DATUM(numeric);
	sent = DatumGetByteaPP(DirectFunctionCall1(numeric_send, numeric));
	at = (const uint8 *)VARDATA_ANY(sent);
	if (get_i16be(at) < FIRST_FOUR_MAX)
		PG_RETURN_DATUM(numeric); /* at most 36 decimal digits */
	exponent = 2 * get_i16be(at + 2) + (get_i16be(at + HEADER_BYTES) >= 100);
	numeric = DirectFunctionCall2(numeric_round, numeric,
				      Int32GetDatum(2 * (DIGITS_KEPT - 1 - exponent)));
	PG_RETURN_DATUM(DirectFunctionCall1(numeric_trim_scale, numeric));
}

/* ---- BINARY_FLOAT and BINARY_DOUBLE ---------------------------------------------------- */

PG_FUNCTION_INFO_V1(rh_double_text);
PG_FUNCTION_INFO_V1(rh_float_text);

void real_text(double number, bool is_float, char ret[REAL_TEXT_BYTES])
{
	char shown[REAL_TEXT_BYTES], *mantissa_end;
	int digits = 1, exponent;

	if (isnan(number) || isinf(number) || number == 0) {
		strlcpy(ret,
			isnan(number) ? "Nan"
			: number == 0 ? "0"
			: number > 0  ? "Inf"
				      : "-Inf",
			REAL_TEXT_BYTES);
		return;
	}
	do
		snprintf(shown, sizeof(shown), "%.*e", digits, number);
	while (++digits < 17 &&
	       (is_float ? strtof(shown, NULL) != (float)number : strtod(shown, NULL) != number));
	mantissa_end = strchr(shown, 'e');
	exponent = atoi(mantissa_end + 1);
	*mantissa_end = '\0';
	snprintf(ret, REAL_TEXT_BYTES, "%sE%c%03d", shown, exponent < 0 ? '-' : '+', abs(exponent));
}

Datum rh_double_text(PG_FUNCTION_ARGS)
{
	char text[REAL_TEXT_BYTES];

	real_text(PG_GETARG_FLOAT8(0), false, text);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

Datum rh_float_text(PG_FUNCTION_ARGS)
{
	char text[REAL_TEXT_BYTES];

	real_text((double)PG_GETARG_FLOAT4(0), true, text);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}
