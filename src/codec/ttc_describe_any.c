/* ttc_describe_any.c - see ttc_describe_any.h */
#include "codec/ttc_describe_any.h"
#include "codec/ttc_call_request.h"

#define TEXT_MAX 4096u

/* ---- 98: a statement ------------------------------------------------------------------------ */

void cw_ttc_pass_describe_statement(struct cw_pass *pass, struct cw_ttc_describe_statement *asked)
{
	bool there = asked->sql.len > 0, wanted = true;
	uint32_t len = (uint32_t)asked->sql.len;

	cw_pass_u8(pass, "options", &asked->options);
	cw_pass_sb4(pass, "cursor id", &asked->cursor_id);
	cw_pass_pointer(pass, "sql there", &there);
	cw_pass_ub4(pass, "length of sql", &len);
	cw_pass_ub4(pass, "parse version", &asked->parse_version);
	cw_pass_pointer(pass, "columns wanted", &wanted);
	cw_pass_pointer(pass, "number of columns wanted", &wanted);
	if (there)
		cw_pass_chr(pass, "sql", &asked->sql, len, CW_TTC_SQL_MAX);
}

static void pass_columns(struct cw_pass *pass, struct cw_ttc_describe *columns)
{
	void *at = columns->column;

	if (!cw_pass_array(pass, &at, columns->count, sizeof(*columns->column), CW_TTC_COLUMNS_MAX,
			   "a query has too many columns"))
		return;
	columns->column = at;
	for (uint32_t i = 0; i < columns->count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "column", i);
		cw_ttc_pass_column(pass, &columns->column[i]);
		cw_pass_leave(pass);
	}
}

void cw_ttc_pass_statement_columns(struct cw_pass *pass, struct cw_ttc_describe *columns)
{
	uint16_t count = (uint16_t)columns->count;

	cw_pass_ub2(pass, "columns", &count);
	columns->count = count;
	pass_columns(pass, columns);
}

/* ---- 119: an object --------------------------------------------------------------------------- */

void cw_ttc_pass_describe_object(struct cw_pass *pass, struct cw_ttc_describe_object *asked)
{
	bool there = asked->name.len > 0, none = false;
	uint32_t len = (uint32_t)asked->name.len, none_len = 0;

	cw_pass_pointer(pass, "name there", &there);
	cw_pass_ub4(pass, "length of name", &len);
	cw_pass_u8(pass, "kind", &asked->kind);
	cw_pass_ub4(pass, "unknown, of a request", &none_len);
	cw_pass_pointer(pass, "unknown, of a request", &none);
	cw_pass_ub4(pass, "flags", &asked->flags);
	if (there)
		cw_pass_chr(pass, "name", &asked->name, len, CW_TTC_NAME_MAX);
}

static void pass_words(struct cw_pass *pass, unsigned count)
{
	while (count-- > 0 && !cw_pass_failed(pass))
		cw_pass_ub4(pass, "unknown, of an object", NULL);
}

static void pass_bytes(struct cw_pass *pass, unsigned count)
{
	while (count-- > 0 && !cw_pass_failed(pass))
		cw_pass_u8(pass, "unknown, of an object", NULL);
}

static void pass_texts(struct cw_pass *pass, unsigned count)
{
	while (count-- > 0 && !cw_pass_failed(pass))
		cw_pass_text_dalc(pass, "unknown, of an object", NULL, TEXT_MAX);
}

/* A word, and as many bytes if it is not 0. */
static void pass_type_id(struct cw_pass *pass)
{
	struct cw_bytes id = { NULL, 0 };
	uint32_t len = 0;

	cw_pass_ub4(pass, "length of type", &len);
	if (len > 0)
		cw_pass_clr(pass, "type", &id, TEXT_MAX);
}

static void pass_no_annotations(struct cw_pass *pass)
{
	uint32_t there = 0;

	if (pass->ttc->field_version < CW_FV_23_1_EXT3)
		return;
	cw_pass_ub4(pass, "annotations there", &there);
	if (there != 0)
		(void)cw_pass_bad(pass, "an object has annotations");
}

static void pass_object_head(struct cw_pass *pass, struct cw_ttc_described *object)
{
	cw_pass_u8(pass, "unknown, of an object", NULL);
	cw_pass_u8(pass, "kind", &object->kind);
	pass_texts(pass, 1);
	pass_words(pass, 1);
	pass_texts(pass, 2);
	pass_words(pass, 1);
}

static void pass_object_column(struct cw_pass *pass, struct cw_ttc_column *column)
{
	uint16_t bytes = (uint16_t)column->bytes_max, type = column->ora_type;
	uint8_t nullable = column->nullable;

	pass_bytes(pass, 1);
	cw_pass_ub2(pass, "bytes at most", &bytes);
	cw_pass_ub2(pass, "data type", &type);
	column->bytes_max = bytes;
	column->ora_type = (uint8_t)type;
	cw_pass_text_dalc(pass, "name", &column->name, CW_TTC_NAME_MAX);
	cw_pass_u8(pass, "precision", &column->precision);
	cw_pass_sb1(pass, "scale", &column->scale);
	cw_pass_u8(pass, "nullable", &nullable);
	column->nullable = nullable != 0;
	cw_pass_text_dalc(pass, "schema of type", &column->type_schema, CW_TTC_NAME_MAX);
	cw_pass_text_dalc(pass, "name of type", &column->type_name, CW_TTC_NAME_MAX);
	pass_type_id(pass);
	cw_pass_ub2(pass, "character set", &column->charset);
	cw_pass_u8(pass, "character set form", &column->charset_form);
	pass_texts(pass, 4);
	cw_pass_ub2(pass, "unknown, of an object", NULL);
	pass_bytes(pass, 1);
	if (pass->ttc->field_version >= CW_FV_12_2)
		pass_texts(pass, 3);
	if (pass->ttc->field_version >= CW_FV_20_1)
		pass_words(pass, 1);
	if (pass->ttc->field_version >= CW_FV_23_1) {
		cw_pass_text_dalc(pass, "domain schema", &column->domain_schema, CW_TTC_NAME_MAX);
		cw_pass_text_dalc(pass, "domain name", &column->domain_name, CW_TTC_NAME_MAX);
	}
	pass_no_annotations(pass);
	if (pass->ttc->field_version >= CW_FV_23_4) {
		cw_pass_ub4(pass, "vector dimensions", &column->vector_dimensions);
		cw_pass_u8(pass, "vector format", &column->vector_format);
		cw_pass_u8(pass, "vector flags", &column->vector_flags);
	}
}

/* What of a record is filled. */
enum part { PART_OBJECT, PART_LIST, PART_COLUMN };

static void pass_record(struct cw_pass *pass, struct cw_ttc_described *object, enum part part,
			uint32_t index);

static void pass_list(struct cw_pass *pass, struct cw_ttc_described *object)
{
	void *at = object->column;

	pass_bytes(pass, 2);
	cw_pass_ub2(pass, "columns", &object->count);
	pass_bytes(pass, 1);
	if (!cw_pass_array(pass, &at, object->count, sizeof(*object->column), CW_TTC_COLUMNS_MAX,
			   "an object has too many columns"))
		return;
	object->column = at;
	for (uint32_t i = 0; i < object->count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "column", i);
		pass_record(pass, object, PART_COLUMN, i);
		cw_pass_leave(pass);
	}
}

/* What tables and views begin with. */
static void pass_relation(struct cw_pass *pass, struct cw_ttc_described *object)
{
	uint32_t list = 1;

	pass_bytes(pass, 1);
	pass_words(pass, 1);
	pass_type_id(pass);
	cw_pass_ub4(pass, "list of columns there", &list);
	if (list != 0) {
		pass_bytes(pass, 1);
		pass_record(pass, object, PART_LIST, 0);
	}
	cw_pass_ub2(pass, "number of columns", &object->count);
}

static void pass_table(struct cw_pass *pass, struct cw_ttc_described *object)
{
	uint32_t more = 0;

	pass_relation(pass, object);
	cw_pass_sb4(pass, "unknown, of an object", NULL);
	pass_words(pass, 1);
	pass_bytes(pass, 4);
	cw_pass_ub2(pass, "unknown, of an object", NULL);
	pass_texts(pass, 2);
	pass_bytes(pass, 1);
	pass_texts(pass, 4);
	pass_bytes(pass, 1);
	pass_words(pass, 1);
	cw_pass_ub4(pass, "encryption there", &more);
	if (more != 0)
		(void)cw_pass_bad(pass, "an object is encrypted");
	pass_bytes(pass, 1);
	if (pass->ttc->field_version >= CW_FV_20_1)
		pass_words(pass, 1);
	pass_no_annotations(pass);
}

static void pass_view(struct cw_pass *pass, struct cw_ttc_described *object)
{
	pass_relation(pass, object);
	pass_texts(pass, 2);
	pass_bytes(pass, 1);
	pass_texts(pass, 4);
	pass_bytes(pass, 1);
	if (pass->ttc->field_version >= CW_FV_20_1)
		pass_words(pass, 1);
	pass_no_annotations(pass);
}

/* A part of a record is there or not: a reader takes no other form than a writer writes. */
static bool part_is_there(struct cw_pass *pass, const char *name, bool expected)
{
	uint32_t there = expected;

	cw_pass_ub4(pass, name, &there);
	if (!cw_pass_failed(pass) && (there != 0) != expected)
		(void)cw_pass_bad(pass, "what is described is neither a table nor a view");
	return expected && !cw_pass_failed(pass);
}

static void pass_empty_parts(struct cw_pass *pass, unsigned count)
{
	while (count-- > 0 && !cw_pass_failed(pass))
		(void)part_is_there(pass, "other part there", false);
}

static void pass_record(struct cw_pass *pass, struct cw_ttc_described *object, enum part part,
			uint32_t index)
{
	if (part_is_there(pass, "head there", part == PART_OBJECT))
		pass_object_head(pass, object);
	(void)part_is_there(pass, "name there", false);
	pass_bytes(pass, 1);
	if (part_is_there(pass, "list there", part == PART_LIST))
		pass_list(pass, object);
	if (part_is_there(pass, "table there",
			  part == PART_OBJECT && object->kind == CW_OBJECT_TABLE))
		pass_table(pass, object);
	if (part_is_there(pass, "view there",
			  part == PART_OBJECT && object->kind == CW_OBJECT_VIEW))
		pass_view(pass, object);
	pass_empty_parts(pass, 4);
	if (part_is_there(pass, "column there", part == PART_COLUMN))
		pass_object_column(pass, &object->column[index]);
	pass_empty_parts(pass, 5);
	pass_empty_parts(pass, 6);
	if (pass->ttc->field_version >= CW_FV_12_2)
		pass_empty_parts(pass, 2);
}

void cw_ttc_pass_object(struct cw_pass *pass, struct cw_ttc_described *object)
{
	cw_pass_ub2(pass, "unknown, of an object", NULL);
	pass_record(pass, object, PART_OBJECT, 0);
}
