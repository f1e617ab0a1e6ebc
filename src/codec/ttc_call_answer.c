/* ttc_call_answer.c - see ttc_call_answer.h */
#include "codec/ttc_call_answer.h"

#define SERVER_VALUES  6
#define BATCH_MAX      (1u << 20)
#define ERROR_TEXT_MAX 65536u
#define ROW_COUNTS_MAX (1u << 24)

/* Bytes of ERROR as it lies in memory, behind the iterations. */
#define NATIVE_ERROR_REST    76u
#define NATIVE_ERROR_REST_11 80u

/* ---- PARAMETER ------------------------------------------------------------------------- */

void cw_ttc_pass_keyword(struct cw_pass *pass, struct cw_ttc_keyword *keyword)
{
	uint32_t text_len = (uint32_t)keyword->text.len;
	uint32_t binary_len = (uint32_t)keyword->binary.len;

	cw_pass_ub4(pass, "length of text", &text_len);
	if (text_len > 0)
		cw_pass_text_clr(pass, "text", &keyword->text, ERROR_TEXT_MAX);
	cw_pass_ub4(pass, "length of value", &binary_len);
	if (binary_len > 0)
		cw_pass_clr(pass, "value", &keyword->binary, ERROR_TEXT_MAX);
	cw_pass_ub2(pass, "keyword", &keyword->keyword);
}

static void pass_keywords(struct cw_pass *pass, uint32_t count, struct cw_ttc_keyword **keyword)
{
	void *at = *keyword;

	if (!cw_pass_array(pass, &at, count, sizeof(**keyword), CW_TTC_KEYWORDS_MAX,
			   "too many keywords"))
		return;
	*keyword = at;
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "keyword", i);
		cw_ttc_pass_keyword(pass, &(*keyword)[i]);
		cw_pass_leave(pass);
	}
}

static void pass_counted_raw(struct cw_pass *pass, const char *length, const char *name,
			     struct cw_bytes *bytes)
{
	uint16_t len = (uint16_t)bytes->len;

	cw_pass_ub2(pass, length, &len);
	if (len > 0)
		cw_pass_raw(pass, name, bytes, len, ERROR_TEXT_MAX);
}

static void pass_row_counts(struct cw_pass *pass, struct cw_ttc_parameter *parameter)
{
	void *at = (void *)(uintptr_t)parameter->row_count;
	uint64_t *count;

	cw_pass_ub4(pass, "row counts", &parameter->row_count_count);
	if (!cw_pass_array(pass, &at, parameter->row_count_count, sizeof(*count), ROW_COUNTS_MAX,
			   "more row counts than there can be rows"))
		return;
	parameter->row_count = count = at;
	for (uint32_t i = 0; i < parameter->row_count_count && !cw_pass_failed(pass); i++)
		cw_pass_ub8(pass, "row count", &count[i]);
}

void cw_ttc_pass_parameter(struct cw_pass *pass, struct cw_ttc_parameter *parameter)
{
	static const char *const name[SERVER_VALUES] = {
		"SCN, low", "SCN, high", "cursor", "transaction state", "rows cached", "checksum",
	};
	uint32_t registration_len = (uint32_t)parameter->registration.len;

	cw_pass_ub2(pass, "words", &parameter->word_count);
	if (parameter->word_count > CW_TTC_WORDS_MAX)
		(void)cw_pass_bad(pass, "a PARAMETER has too many words");
	for (uint32_t i = 0; i < parameter->word_count && !cw_pass_failed(pass); i++)
		cw_pass_ub4(pass, i < SERVER_VALUES ? name[i] : "unknown word",
			    &parameter->word[i]);
	pass_counted_raw(pass, "al8txl", "al8txl", &parameter->transaction);
	cw_pass_ub2(pass, "keywords", &parameter->keyword_count);
	pass_keywords(pass, parameter->keyword_count, &parameter->keyword);
	if (pass->ttc->field_version >= CW_FV_10_1) {
		cw_pass_ub4(pass, "length of registration", &registration_len);
		cw_pass_raw(pass, "registration", &parameter->registration, registration_len,
			    ERROR_TEXT_MAX);
	}
	if (parameter->has_row_counts)
		pass_row_counts(pass, parameter);
}

void cw_ttc_put_parameter(struct cw_wr *wr, const struct cw_ttc_parameter *parameter)
{
	struct cw_ttc_parameter whole = *parameter;
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_pass pass = cw_pass_writing(wr, &ttc);

	whole.word_count = SERVER_VALUES;
	whole.word[0] = (uint32_t)parameter->scn;
	whole.word[1] = (uint32_t)(parameter->scn >> 32);
	whole.word[2] = parameter->cursor_id;
	cw_ttc_put_u8(wr, CW_TTC_PARAMETER);
	cw_ttc_pass_parameter(&pass, &whole);
}

void cw_ttc_get_parameter(struct cw_ttc_in *in, struct cw_ttc_parameter *ret)
{
	struct cw_pass pass = cw_pass_reading(in);
	bool has_row_counts = ret->has_row_counts;

	*ret = (struct cw_ttc_parameter){ .has_row_counts = has_row_counts };
	cw_ttc_pass_parameter(&pass, ret);
	ret->scn = (uint64_t)ret->word[1] << 32 | ret->word[0];
	ret->cursor_id = ret->word[2];
}

static void pass_call_status(struct cw_pass *pass, uint32_t *status, uint64_t *elapsed)
{
	cw_pass_ub4(pass, "call status", status);
	if (*status & CW_CALL_ELAPSED)
		cw_pass_ub8(pass, "elapsed time", elapsed);
}

/* ---- ERROR -------------------------------------------------------------------------------- */

/*
 * @what: 0 codes, 1 rows.  A byte string in chunks, a chunk for each number: python-oracledb
 * and node-oracledb step over the chunks' lengths, as does go-ora (summary_object.go), by one byte
 * where chunks have short lengths; seerdb's client puts the chunks together.
 */
static void pass_batch_numbers(struct cw_pass *pass, struct cw_ttc_batch_error *batch,
			       uint32_t count, int what, uint8_t *mark)
{
	uint8_t end = 0;

	cw_pass_u8(pass, "length, or 254", mark);
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		uint32_t *number = what == 0 ? &batch[i].code : &batch[i].row;
		uint32_t len = cw_ttc_ub_bytes(*number);
		uint8_t short_len = (uint8_t)len;

		if (*mark == CW_CLR_CHUNKED && pass->ttc->big_chunks)
			cw_pass_ub4(pass, "length of number", &len);
		else if (*mark == CW_CLR_CHUNKED)
			cw_pass_u8(pass, "length of number", &short_len);
		cw_pass_ub4(pass, what == 0 ? "error" : "row", number);
	}
	if (*mark == CW_CLR_CHUNKED)
		cw_pass_u8(pass, "end of numbers", &end);
}

static void trim_line(struct cw_bytes *text)
{
	while (text->len > 0 && (text->at[text->len - 1] == '\n' || text->at[text->len - 1] == ' '))
		text->len--;
}

static void pass_batch_texts(struct cw_pass *pass, struct cw_ttc_batch_error *batch,
			     uint32_t count, uint8_t *mark)
{
	cw_pass_u8(pass, "length, or 254", mark);
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		struct cw_ttc_batch_error *one = &batch[i];
		struct cw_bytes line = one->line.at ? one->line : one->text;
		uint16_t len = one->text_len ? one->text_len : (uint16_t)line.len;

		cw_pass_ub2(pass, "length of text", &len);
		cw_pass_text_clr(pass, "text", &line, ERROR_TEXT_MAX);
		cw_pass_u16be(pass, "unknown, behind text", &one->tail);
		if (!pass->in)
			continue;
		one->text_len = len;
		one->line = one->text = line;
		trim_line(&one->text);
	}
}

/*
 * Three arrays of the same length: codes, rows, texts; the same since 9.2.
 * Sources: ojdbc 23.26, T4CTTIoer11.unmarshalAttributes(); seerdb, _read_batch_errors().
 */
static void pass_batch(struct cw_pass *pass, struct cw_ttc_error *error)
{
	uint32_t count[3] = { error->batch_count, error->batch_count, error->batch_count };
	void *at = (void *)(uintptr_t)error->batch;
	struct cw_ttc_batch_error *batch;

	cw_pass_ub4(pass, "batch errors", &count[0]);
	if (cw_pass_array(pass, &at, count[0], sizeof(*batch), BATCH_MAX, "too many batch errors"))
		error->batch = batch = at;
	else
		batch = NULL;
	if (batch)
		pass_batch_numbers(pass, batch, count[0], 0, &error->batch_marks[0]);
	cw_pass_ub4(pass, "batch error rows", &count[1]);
	if (count[1] != count[0])
		(void)cw_pass_bad(pass, "the arrays of batch errors differ in length");
	if (batch && !cw_pass_failed(pass))
		pass_batch_numbers(pass, batch, count[0], 1, &error->batch_marks[1]);
	cw_pass_ub4(pass, "batch error texts", &count[2]);
	if (count[2] != count[0])
		(void)cw_pass_bad(pass, "the arrays of batch errors differ in length");
	if (batch && !cw_pass_failed(pass))
		pass_batch_texts(pass, batch, count[0], &error->batch_marks[2]);
	error->batch_count = cw_pass_failed(pass) ? 0 : count[0];
}

static void pass_rowid(struct cw_pass *pass, struct cw_ttc_error *error)
{
	cw_pass_ub4(pass, "rowid: object", &error->rowid.object);
	cw_pass_ub2(pass, "rowid: file", &error->rowid.file);
	cw_pass_u8(pass, "rowid: unknown", &error->rowid_unknown);
	cw_pass_ub4(pass, "rowid: block", &error->rowid.block);
	cw_pass_ub2(pass, "rowid: slot", &error->rowid.slot);
	if (cw_pass_is_aligned(pass)) /* a structure within the structure */
		cw_pass_raw(pass, "padding", NULL, 2, 2);
}

/* What is the same, wherever it lies, from 12.1 on. */
static void pass_counts(struct cw_pass *pass, struct cw_ttc_error *error)
{
	cw_pass_ub4(pass, "error", &error->number);
	cw_pass_ub8(pass, "rows", &error->row_count);
	if (pass->ttc->field_version >= CW_FV_20_1 && pass->ttc->oer_wide) {
		cw_pass_ub4(pass, "SQL type", &error->sql_type_wide);
		cw_pass_ub4(pass, "checksum", &error->checksum);
	}
}

/* From the padding to the message's end. */
static void pass_error_tail(struct cw_pass *pass, struct cw_ttc_error *error)
{
	cw_pass_ub2(pass, "padding", &error->padding);
	cw_pass_ub4(pass, "iterations done", &error->iterations);
	cw_pass_dalc(pass, "logical rowid", &error->logical_rowid, ERROR_TEXT_MAX);
	pass_batch(pass, error);
	if (pass->ttc->field_version >= CW_FV_12_1) {
		pass_counts(pass, error);
	} else {
		error->number = error->number_low;
		error->row_count = error->row_number;
	}
	if (error->number == 0)
		return;
	cw_pass_text_clr(pass, "text", &error->line, ERROR_TEXT_MAX);
	error->text = error->line;
	trim_line(&error->text);
}

/* Where the text of @number begins with its length, or the end. */
static size_t before_text(const struct cw_rd *rd, bool has_text)
{
	size_t left = cw_rd_left(rd);

	for (size_t at = 0; has_text && at + 5 <= left; at++)
		if (rd->at[at] >= 4 && rd->at[at] < left - at &&
		    memcmp(rd->at + at + 1, "ORA-", 4) == 0)
			return at;
	return left;
}

/* Lengths of three arrays; native ones with batch errors were never seen. */
static void pass_no_batch(struct cw_pass *pass)
{
	static const char *const name[] = { "batch errors", "batch error rows",
					    "batch error texts" };

	for (size_t i = 0; i < CW_ARRAY_LEN(name); i++) {
		uint32_t count = 0;

		cw_pass_ub4(pass, name[i], &count);
		if (count > 0)
			(void)cw_pass_bad(pass, "batch errors in OCI's own form");
	}
}

static void pass_native_rowid(struct cw_pass *pass, struct cw_ttc_error *error)
{
	uint16_t len = 0;

	cw_pass_ub2(pass, "length of logical rowid", &len);
	if (len > 0)
		cw_pass_clr(pass, "logical rowid", &error->logical_rowid, ERROR_TEXT_MAX);
}

/* Which row DML changed last stands behind the structure, if there was one. */
static bool has_rowid_behind(const struct cw_rd *rd)
{
	return cw_rd_left(rd) > 2 && rd->at[0] > 0 && rd->at[1] == 0 && rd->at[2] == rd->at[0] &&
	       cw_rd_left(rd) - 3 >= rd->at[0];
}

/*
 * The rest of the structure: behind the iterations 11.2 has 80 bytes, newer servers 76 and the
 * counts; what those bytes mean no witness told.
 */
static void pass_aligned_tail(struct cw_pass *pass, struct cw_ttc_error *error)
{
	bool has_counts = pass->ttc->field_version >= CW_FV_12_1;
	size_t len;

	cw_pass_raw(pass, "unknown, native structure", NULL,
		    has_counts ? NATIVE_ERROR_REST : NATIVE_ERROR_REST_11, ERROR_TEXT_MAX);
	if (has_counts)
		pass_counts(pass, error);
	cw_pass_struct_end(pass);
	pass->aligned_to = NULL;
	if (cw_pass_failed(pass))
		return;
	if (has_rowid_behind(&pass->in->rd))
		pass_native_rowid(pass, error);
	if (cw_pass_failed(pass))
		return;
	len = before_text(&pass->in->rd, error->number_low != 0);
	if (len > 0 && pass->ttc->end_of_response &&
	    pass->in->rd.at[len - 1] == CW_TTC_END_OF_RESPONSE)
		len--;
	cw_pass_raw(pass, "unknown, behind the structure", NULL, len, ERROR_TEXT_MAX);
}

static void pass_native_tail(struct cw_pass *pass, struct cw_ttc_error *error)
{
	cw_pass_ub2(pass, "padding", &error->padding);
	cw_pass_ub4(pass, "iterations done", &error->iterations);
	error->number = error->number_low;
	error->row_count = error->row_number;
	if (cw_pass_is_aligned(pass)) {
		pass_aligned_tail(pass, error);
	} else {
		pass_native_rowid(pass, error);
		pass_no_batch(pass);
		if (pass->ttc->field_version >= CW_FV_12_1)
			pass_counts(pass, error);
	}
	pass->aligned_to = NULL;
	if (error->number != 0 && !cw_pass_failed(pass) && cw_rd_left(&pass->in->rd) > 0)
		cw_pass_text_clr(pass, "text", &error->line, ERROR_TEXT_MAX);
	error->text = error->line;
	trim_line(&error->text);
}

void cw_ttc_pass_error(struct cw_pass *pass, struct cw_ttc_error *error)
{
	pass_call_status(pass, &error->call_status, &error->elapsed);
	if (pass->ttc->field_version >= CW_FV_9_2)
		cw_pass_ub2(pass, "end to end sequence", &error->sequence);
	cw_pass_block(pass);
	cw_pass_ub4(pass, "row number", &error->row_number);
	cw_pass_ub2(pass, "error, low 16 bits", &error->number_low);
	cw_pass_ub2(pass, "array element", &error->array_element);
	cw_pass_ub2(pass, "its error", &error->array_error);
	cw_pass_ub2(pass, "cursor", &error->cursor_id);
	cw_pass_sb2(pass, "error position", &error->position);
	cw_pass_u8(pass, "SQL type", &error->sql_type);
	cw_pass_sb1(pass, "fatal", &error->fatal);
	cw_pass_sb1(pass, "flags", &error->flags);
	cw_pass_sb1(pass, "cursor options", &error->cursor_options);
	cw_pass_u8(pass, "UPI parameter", &error->upi);
	cw_pass_u8(pass, "warning", &error->warning);
	pass_rowid(pass, error);
	cw_pass_ub4(pass, "OS error", &error->os_error);
	cw_pass_u8(pass, "statement", &error->statement);
	cw_pass_u8(pass, "call number", &error->call_number);
	if (cw_pass_is_native(pass))
		pass_native_tail(pass, error);
	else
		pass_error_tail(pass, error);
}

static struct cw_bytes logical_rowid(const struct cw_ttc_rowid *rowid, uint8_t room[13])
{
	struct cw_wr wr = { .at0 = room, .room = 13 };

	if (rowid->object == 0)
		return (struct cw_bytes){ NULL, 0 };
	cw_wr_u8(&wr, 1);
	cw_wr_u32be(&wr, rowid->object);
	cw_wr_u16be(&wr, rowid->file);
	cw_wr_u32be(&wr, rowid->block);
	cw_wr_u16be(&wr, rowid->slot);
	return cw_wr_bytes(&wr);
}

void cw_ttc_put_error(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_error *error)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_error whole = *error;
	uint8_t line[1024], rowid[13];
	size_t len = error->text.len < sizeof(line) - 1 ? error->text.len : sizeof(line) - 1;

	if (len > 0)
		memcpy(line, error->text.at, len);
	line[len] = '\n';
	whole.line = (struct cw_bytes){ line, len + 1 };
	whole.row_number =
		error->row_count <= UINT32_MAX ? (uint32_t)error->row_count : UINT32_MAX;
	whole.number_low = (uint16_t)error->number;
	whole.logical_rowid = logical_rowid(&error->rowid, rowid);
	whole.batch_marks[0] = whole.batch_marks[1] = CW_CLR_CHUNKED;
	whole.sql_type_wide = error->sql_type;
	cw_ttc_put_u8(wr, CW_TTC_ERROR);
	cw_ttc_pass_error(&pass, &whole);
}

void cw_ttc_get_error(struct cw_ttc_in *in, struct cw_ttc_error *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_error){ 0 };
	cw_ttc_pass_error(&pass, ret);
}

/* ---- STATUS, WARNING -------------------------------------------------------------------------- */

void cw_ttc_pass_status(struct cw_pass *pass, struct cw_ttc_status *status)
{
	pass_call_status(pass, &status->call_status, &status->elapsed);
	if (pass->ttc->field_version >= CW_FV_9_2)
		cw_pass_ub2(pass, "end to end sequence", &status->sequence);
}

void cw_ttc_put_status(struct cw_wr *wr, uint32_t call_status, uint16_t sequence)
{
	struct cw_ttc_status status = { .call_status = call_status, .sequence = sequence };
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_pass pass = cw_pass_writing(wr, &ttc);

	cw_ttc_put_u8(wr, CW_TTC_STATUS);
	cw_ttc_pass_status(&pass, &status);
}

void cw_ttc_get_status(struct cw_ttc_in *in, uint32_t *ret_call_status)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_status status = { 0 };

	cw_ttc_pass_status(&pass, &status);
	*ret_call_status = status.call_status;
}

void cw_ttc_pass_warning(struct cw_pass *pass, struct cw_ttc_warning *warning)
{
	cw_pass_ub2(pass, "warning", &warning->number);
	cw_pass_ub2(pass, "length of text", &warning->text_len);
	cw_pass_ub2(pass, "flags", &warning->flags);
	if (warning->number != 0 && warning->text_len != 0)
		cw_pass_chr(pass, "text", &warning->text, warning->text_len, ERROR_TEXT_MAX);
}

void cw_ttc_get_warning(struct cw_ttc_in *in, struct cw_ttc_warning *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_warning){ 0 };
	cw_ttc_pass_warning(&pass, ret);
}

/* ---- SERVER_PIGGYBACK ------------------------------------------------------------------------ */

/* Caches, templates and shards: ojdbc 23.26, T4CTTIfun.readSPF(); A-111. */

#define KEYWORD_CURRENT_SCHEMA 168

static void pass_types(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	cw_pass_ub2(pass, "types", &piggyback->types);
	cw_pass_u8(pass, "length of types", &piggyback->types_len);
}

static void pass_session_return(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	pass_types(pass, piggyback);
	cw_pass_ub4(pass, "keywords", &piggyback->keyword_count);
	if (piggyback->keyword_count > 0)
		cw_pass_u8(pass, "unknown, before keywords", &piggyback->keyword_mark);
	pass_keywords(pass, piggyback->keyword_count, &piggyback->keyword);
	cw_pass_ub4(pass, "flags", &piggyback->flags);
	cw_pass_ub4(pass, "session id", &piggyback->session_id);
	cw_pass_ub2(pass, "serial number", &piggyback->serial);
}

static void pass_sync(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	pass_types(pass, piggyback);
	cw_pass_ub4(pass, "keywords", &piggyback->keyword_count);
	cw_pass_u8(pass, "unknown, before keywords", &piggyback->keyword_mark);
	pass_keywords(pass, piggyback->keyword_count, &piggyback->keyword);
	cw_pass_ub4(pass, "flags", &piggyback->flags);
}

static void pass_replay_context(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	pass_types(pass, piggyback);
	cw_pass_ub4(pass, "flags", &piggyback->flags);
	cw_pass_ub4(pass, "error", &piggyback->error);
	cw_pass_u8(pass, "queue", &piggyback->queue);
	cw_pass_dalc(pass, "replay context", &piggyback->bytes, ERROR_TEXT_MAX);
}

void cw_ttc_pass_cache_scn(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "SCN, low", NULL);
	cw_pass_ub2(pass, "SCN, high", NULL);
	if (pass->ttc->field_version >= CW_FV_12_2)
		cw_pass_ub2(pass, "SCN, highest", NULL);
}

/* Which of the client's cached results are no longer so, and until when the others were. */
static void pass_changes(struct cw_pass *pass, const char *name)
{
	int32_t count = 0;

	cw_pass_sb4(pass, name, &count);
	if (count > 0)
		cw_pass_u8(pass, "unknown, before results", NULL);
	for (int32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "result", i);
		cw_pass_sb8(pass, "query id", NULL);
		cw_pass_ub4(pass, "flags", NULL);
		cw_ttc_pass_cache_scn(pass);
		cw_pass_leave(pass);
	}
}

static void pass_query_cache(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	pass_types(pass, piggyback);
	for (uint16_t i = 0; i < piggyback->types && !cw_pass_failed(pass); i++) {
		cw_ttc_pass_cache_scn(pass);
		pass_changes(pass, "results by registration");
		pass_changes(pass, "results by query");
		cw_pass_ub4(pass, "flags", NULL);
	}
}

static void pass_signature(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	pass_types(pass, piggyback);
	cw_pass_ub8(pass, "signature flags", &piggyback->signature[0]);
	cw_pass_ub8(pass, "client signature", &piggyback->signature[1]);
	cw_pass_ub8(pass, "server signature", &piggyback->signature[2]);
	if (!pass->ttc->session_template)
		return;
	cw_pass_ub4(pass, "version of signatures", &piggyback->signature_version);
	cw_pass_ub8(pass, "template", &piggyback->template);
	cw_pass_dalc(pass, "overflow", &piggyback->bytes, ERROR_TEXT_MAX);
	cw_pass_ub8(pass, "overflow is complete", &piggyback->overflow_complete);
}

static void pass_sharding_key(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	pass_types(pass, piggyback);
	cw_pass_dalc(pass, "sharding key", &piggyback->bytes, ERROR_TEXT_MAX);
}

void cw_ttc_pass_server_piggyback(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback)
{
	cw_pass_u8(pass, "server piggyback", &piggyback->code);
	switch (piggyback->code) {
	case CW_SP_QUERY_CACHE:
		pass_query_cache(pass, piggyback);
		break;
	case CW_SP_TRACE_EVENT:
		break;
	case CW_SP_OS_PID:
		cw_pass_ub2(pass, "length of process id", &piggyback->pid_len);
		cw_pass_clr(pass, "process id", &piggyback->bytes, ERROR_TEXT_MAX);
		break;
	case CW_SP_SESSION_RETURN:
		pass_session_return(pass, piggyback);
		break;
	case CW_SP_SYNC:
		pass_sync(pass, piggyback);
		break;
	case CW_SP_TRANSACTION_ID:
		cw_pass_dalc(pass, "logical transaction id", &piggyback->bytes, ERROR_TEXT_MAX);
		break;
	case CW_SP_REPLAY_CONTEXT:
		pass_replay_context(pass, piggyback);
		break;
	case CW_SP_EXT_SYNC:
		pass_types(pass, piggyback);
		break;
	case CW_SP_SIGNATURE:
		pass_signature(pass, piggyback);
		break;
	case CW_SP_SHARDING_KEY:
		pass_sharding_key(pass, piggyback);
		break;
	default:
		(void)cw_pass_bad(pass, "an unknown server-side piggyback");
	}
}

void cw_ttc_put_schema_changed(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes schema)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_keyword keyword = { .text = schema, .keyword = KEYWORD_CURRENT_SCHEMA };
	struct cw_ttc_server_piggyback piggyback = {
		.code = CW_SP_SYNC,
		.types = 1,
		.types_len = 0x10,
		.keyword_count = 1,
		.keyword_mark = 0x16,
		.keyword = &keyword,
	};

	cw_ttc_put_u8(wr, CW_TTC_SERVER_PIGGYBACK);
	cw_ttc_pass_server_piggyback(&pass, &piggyback);
}

void cw_ttc_skip_server_piggyback(struct cw_ttc_in *in)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_server_piggyback piggyback = { 0 };

	cw_ttc_pass_server_piggyback(&pass, &piggyback);
}
