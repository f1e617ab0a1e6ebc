/* ttc_other_load.c - see ttc_other_parts.h */
#include "codec/ttc_other_parts.h"

enum piece_flags { PIECE_FAST_ROW = 0x20 };

static void read_load_prepare(struct cw_pass *pass)
{
	bool there = false;
	uint32_t keywords;
	uint16_t words = 0;

	cw_pass_ub4(pass, "operation", NULL);
	keywords = other_list(pass, "keywords there", "keywords");
	cw_pass_pointer(pass, "words there", &there);
	cw_pass_ub2(pass, "words", &words);
	cw_pass_pointer(pass, "columns wanted", NULL);
	cw_pass_pointer(pass, "number of columns wanted", NULL);
	cw_pass_pointer(pass, "parameters wanted", NULL);
	cw_pass_pointer(pass, "number of parameters wanted", NULL);
	cw_pass_pointer(pass, "words wanted", NULL);
	cw_pass_pointer(pass, "number of words wanted", NULL);
	for (uint32_t i = 0; i < keywords && !cw_pass_failed(pass); i++) {
		uint16_t text_len = 0, value_len = 0;

		cw_pass_enter(pass, "keyword", i);
		cw_pass_ub2(pass, "length of text", &text_len);
		if (text_len > 0)
			cw_pass_text_clr(pass, "text", NULL, OTHER_TEXT_MAX);
		cw_pass_ub2(pass, "length of value", &value_len);
		if (value_len > 0)
			cw_pass_text_clr(pass, "value", NULL, OTHER_TEXT_MAX);
		cw_pass_ub2(pass, "keyword", NULL);
		cw_pass_leave(pass);
	}
	other_words(pass, "word", words);
}

static void read_load_prepare_answer(struct cw_pass *pass)
{
	uint32_t columns = other_count(pass, "columns");
	uint16_t count = 0;

	for (uint32_t i = 0; i < columns && !cw_pass_failed(pass); i++) {
		struct cw_ttc_column column = { 0 };

		cw_pass_enter(pass, "column", i);
		cw_ttc_pass_column(pass, &column);
		cw_pass_leave(pass);
	}
	cw_pass_ub2(pass, "parameters", &count);
	if (count > 0)
		(void)cw_pass_bad(pass, "a direct path load has parameters");
	count = 0;
	cw_pass_ub2(pass, "words", &count);
	other_words(pass, "word", count);
}

/* u8 flags, [u16be length], u8 segments; a segment is u8 length and bytes, 255 NULL, 254 u16be. */
static void read_piece(struct cw_pass *pass)
{
	uint8_t flags = 0, segments = 0;

	cw_pass_u8(pass, "flags", &flags);
	if (flags & PIECE_FAST_ROW)
		cw_pass_u16be(pass, "length of piece", NULL);
	cw_pass_u8(pass, "segments", &segments);
	while (segments-- > 0 && !cw_pass_failed(pass)) {
		uint8_t len = 0;
		uint16_t long_len = 0;

		cw_pass_u8(pass, "length of segment", &len);
		if (len == CW_CLR_CHUNKED)
			cw_pass_u16be(pass, "long length of segment", &long_len);
		else if (len != CW_CLR_NULL)
			long_len = len;
		cw_pass_raw(pass, "segment", NULL, long_len, UINT16_MAX);
	}
}

static void read_load_stream(struct cw_pass *pass)
{
	uint32_t len, words;
	const uint8_t *from;

	cw_pass_ub2(pass, "cursor", NULL);
	len = other_head(pass, "rows there", "length of rows");
	cw_pass_ub4(pass, "version of stream", NULL);
	words = other_list(pass, "words there", "words");
	cw_pass_pointer(pass, "words wanted", NULL);
	cw_pass_pointer(pass, "number of words wanted", NULL);
	other_words(pass, "word", words);
	if (cw_pass_failed(pass))
		return;
	/* Who traces has the message in one run; nobody else reads this. */
	from = pass->in->rd.at;
	for (uint32_t i = 0; (size_t)(pass->in->rd.at - from) < len && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "piece", i);
		read_piece(pass);
		cw_pass_leave(pass);
	}
}

static void read_load_op(struct cw_pass *pass)
{
	uint32_t words;

	cw_pass_ub4(pass, "operation", NULL);
	cw_pass_ub2(pass, "cursor", NULL);
	words = other_list(pass, "words there", "words");
	cw_pass_pointer(pass, "words wanted", NULL);
	cw_pass_pointer(pass, "number of words wanted", NULL);
	other_words(pass, "word", words);
}

static void read_load_answer(struct cw_pass *pass)
{
	uint16_t count = 0;

	cw_pass_ub2(pass, "words", &count);
	other_words(pass, "word", count);
}

const struct other_function other_load[] = {
	{ CW_FN_LOAD_PREPARE, read_load_prepare, read_load_prepare_answer },
	{ CW_FN_LOAD_STREAM, read_load_stream, read_load_answer },
	{ CW_FN_LOAD_OP, read_load_op, read_load_answer },
	{ 0, NULL, NULL },
};
