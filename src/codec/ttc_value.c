/* ttc_value.c - see ttc_value.h */
#include "codec/ttc_value.h"

#include "model/shape.h"

#define OBJECT_ID_MAX 4096u

static bool is_long(uint8_t ora_type)
{
	return ora_type == CW_ORA_LONG || ora_type == CW_ORA_LONG_RAW ||
	       ora_type == CW_ORA_LONG_VARCHAR || ora_type == CW_ORA_LONG_VARRAW;
}

/* Types that 11.2 describes to OCI with a size of 0 though they have values. */
static bool has_no_size(uint8_t ora_type)
{
	return is_long(ora_type) || ora_type == CW_ORA_UROWID || ora_type == CW_ORA_CLOB ||
	       ora_type == CW_ORA_BLOB || ora_type == CW_ORA_BFILE;
}

uint8_t cw_ttc_long_of_lob(uint8_t ora_type, const struct cw_ttc_oac *define)
{
	uint8_t wanted = define ? define->ora_type : 0;

	if (is_long(wanted))
		return wanted;
	if (ora_type == CW_ORA_CLOB && (wanted == CW_ORA_VARCHAR2 || wanted == CW_ORA_CHAR))
		return CW_ORA_LONG;
	if (ora_type == CW_ORA_BLOB && wanted == CW_ORA_RAW)
		return CW_ORA_LONG_RAW;
	return 0;
}

struct cw_ttc_form cw_ttc_form_of_column(const struct cw_ttc_column *column,
					 const struct cw_ttc_oac *define)
{
	struct cw_ttc_form form = {
		.place = CW_IN_ROW,
		.ora_type = define ? define->ora_type : column->ora_type,
		.charset_form = define ? define->charset_form : column->charset_form,
		.lob_prefetch = define && (define->cont_flags & CW_OAC_LOB_PREFETCH),
		.lob_data = define ? define->chars_max : 0,
	};

	if (cw_ttc_type_is_lob(column->ora_type) && cw_ttc_long_of_lob(column->ora_type, define))
		form.ora_type = cw_ttc_long_of_lob(column->ora_type, define);
	/* python-oracledb and node-oracledb define them as VARCHAR2, and get them in their own form. */
	if (column->ora_type == CW_ORA_ROWID || column->ora_type == CW_ORA_UROWID)
		form.ora_type = column->ora_type;
	form.is_absent = column->bytes_max == 0 && !has_no_size(form.ora_type);
	form.is_converted = column->ora_type == CW_ORA_JSON && form.ora_type == CW_ORA_BLOB;
	return form;
}

struct cw_ttc_form cw_ttc_form_of_bind(const struct cw_ttc_oac *oac, enum cw_ttc_place place)
{
	return (struct cw_ttc_form){
		.place = place,
		.ora_type = oac->ora_type,
		.charset_form = oac->charset_form,
		.lob_prefetch = oac->cont_flags & CW_OAC_LOB_PREFETCH,
	};
}

static void set_value(struct cw_ttc_item *item, struct cw_bytes bytes)
{
	item->value = bytes.len ? cw_value_set(bytes) : (struct cw_value){ .state = CW_VALUE_NULL };
}

static void tell_value(struct cw_pass *pass, const struct cw_ttc_form *form, const uint8_t *from,
		       struct cw_bytes bytes)
{
	struct cw_field field = {
		.name = "value",
		.kind = CW_FIELD_VALUE,
		.ora_type = form->ora_type,
		.is_text = form->charset_form == 1,
		.bytes = bytes,
		.wire = { from, (size_t)(pass->in->rd.at - from) },
	};

	cw_ttc_tell(pass->in, &field);
}

static void pass_scalar(struct cw_pass *pass, const struct cw_ttc_form *form,
			struct cw_ttc_item *item)
{
	const uint8_t *from;

	if (!pass->in) {
		cw_ttc_put_clr(pass->wr, pass->ttc, cw_value_bytes(&item->value));
		return;
	}
	from = pass->in->rd.at;
	if (cw_ttc_get_clr(pass->in, CW_TTC_VALUE_MAX, &item->value) && pass->in->trace)
		tell_value(pass, form, from, cw_value_bytes(&item->value));
}

static void pass_rowid(struct cw_pass *pass, struct cw_ttc_item *item)
{
	cw_pass_u8(pass, "length of rowid", &item->rowid_len);
	if (item->rowid_len == 0 || item->rowid_len == CW_CLR_NULL)
		return;
	cw_pass_ub4(pass, "object", &item->rowid.object);
	cw_pass_ub2(pass, "file", &item->rowid.file);
	cw_pass_u8(pass, "rowid: unknown", &item->rowid_unknown);
	cw_pass_ub4(pass, "block", &item->rowid.block);
	cw_pass_ub2(pass, "slot", &item->rowid.slot);
}

static void pass_urowid(struct cw_pass *pass, struct cw_ttc_item *item)
{
	struct cw_bytes bytes = cw_value_bytes(&item->value);

	cw_pass_dalc(pass, "universal rowid", &bytes, CW_TTC_LOCATOR_MAX);
	set_value(item, bytes);
}

static void pass_lob_data(struct cw_pass *pass, const struct cw_ttc_form *form,
			  struct cw_ttc_lob *lob)
{
	if (form->ora_type == CW_ORA_CLOB) {
		cw_pass_u8(pass, "character set there", &lob->has_charset);
		if (lob->has_charset == 1)
			cw_pass_ub2(pass, "character set", &lob->charset);
		cw_pass_u8(pass, "character set form", &lob->charset_form);
	}
	cw_pass_clr(pass, "data", &lob->image, CW_TTC_VALUE_MAX);
}

/*
 * OCI asks for sizes by what its environment says, in a call that may not have been recorded:
 * a locator begins with its length, twice.
 */
static bool begins_with_size(const struct cw_pass *pass, uint32_t locator_len)
{
	const struct cw_rd *rd = &pass->in->rd;

	return cw_rd_left(rd) > 2 && !(rd->at[0] == (uint8_t)locator_len &&
				       (rd->at[1] << 8 | rd->at[2]) + 2 == (int)locator_len);
}

static void pass_lob(struct cw_pass *pass, const struct cw_ttc_form *form, struct cw_ttc_item *item)
{
	bool has_image = form->ora_type == CW_ORA_JSON || form->ora_type == CW_ORA_VECTOR;
	struct cw_ttc_lob *lob = &item->lob;

	cw_pass_ub4(pass, "length of locator", &lob->locator_len);
	if (lob->locator_len == 0)
		return;
	if (form->place == CW_IN_BIND) {
		cw_pass_clr(pass, "locator", &lob->locator, CW_TTC_LOCATOR_MAX);
		if (has_image)
			cw_pass_clr(pass, "image", &lob->image, CW_TTC_VALUE_MAX);
		return;
	}
	if (cw_pass_is_native(pass)
		    ? begins_with_size(pass, lob->locator_len)
		    : has_image || (form->lob_prefetch && form->ora_type != CW_ORA_BFILE)) {
		cw_pass_ub8(pass, "size", &lob->size);
		cw_pass_ub4(pass, "chunk", &lob->chunk);
	}
	if (has_image)
		cw_pass_clr(pass, "image", &lob->image, CW_TTC_VALUE_MAX);
	else if (form->lob_prefetch && form->lob_data > 0 && form->ora_type != CW_ORA_BFILE)
		pass_lob_data(pass, form, lob);
	cw_pass_clr(pass, "locator", &lob->locator, CW_TTC_LOCATOR_MAX);
}

static void pass_object(struct cw_pass *pass, const struct cw_ttc_form *form,
			struct cw_ttc_item *item)
{
	struct cw_ttc_object *object = &item->object;

	(void)form;
	cw_pass_dalc(pass, "type id", &object->type_id, OBJECT_ID_MAX);
	cw_pass_dalc(pass, "object id", &object->id, OBJECT_ID_MAX);
	cw_pass_dalc(pass, "snapshot", &object->snapshot, OBJECT_ID_MAX);
	cw_pass_ub2(pass, "version", &object->version);
	cw_pass_ub4(pass, "length of image", &object->image_len);
	if (cw_pass_is_native(pass))
		cw_pass_ub2(pass, "flags", NULL);
	else
		cw_pass_ub4(pass, "flags", &object->flags);
	if (object->image_len > 0)
		cw_pass_clr(pass, "image", &object->image, CW_TTC_VALUE_MAX);
}

static void pass_cursor(struct cw_pass *pass, const struct cw_ttc_form *form,
			struct cw_ttc_item *item)
{
	uint8_t len = (uint8_t)item->cursor_len;
	uint16_t id = (uint16_t)item->cursor_id;

	if (form->place == CW_IN_BIND && !cw_pass_is_native(pass)) {
		cw_pass_ub4(pass, "cursor there", &item->cursor_len);
		if (item->cursor_len > 0)
			cw_pass_ub4(pass, "cursor", &item->cursor_id);
		return;
	}
	cw_pass_u8(pass, "length of cursor", &len);
	item->cursor_len = len;
	if (len == 0 || len == CW_CLR_NULL)
		return;
	if (form->place != CW_IN_BIND)
		cw_ttc_pass_describe_body(pass, &item->describe);
	if (cw_pass_is_native(pass)) {
		cw_pass_ub4(pass, "cursor", &item->cursor_id);
		return;
	}
	cw_pass_ub2(pass, "cursor", &id);
	item->cursor_id = id;
}

/* ojdbc binds a ROWID in its parts, of which 14 says that they are there; others as text of 18. */
static bool is_rowid_in_parts(const struct cw_pass *pass, const struct cw_ttc_item *item)
{
	if (!pass->in)
		return item->rowid_len != 0;
	return cw_rd_left(&pass->in->rd) > 0 && (*pass->in->rd.at == CW_TTC_ROWID_PARTS ||
						 *pass->in->rd.at == CW_TTC_ROWID_PARTS - 1);
}

static void pass_by_type(struct cw_pass *pass, const struct cw_ttc_form *form,
			 struct cw_ttc_item *item)
{
	switch (form->ora_type) {
	case CW_ORA_ROWID:
		if (form->place != CW_IN_ROW && !is_rowid_in_parts(pass, item))
			break;
		pass_rowid(pass, item);
		return;
	case CW_ORA_UROWID:
		if (form->place != CW_IN_ROW)
			break;
		pass_urowid(pass, item);
		return;
	case CW_ORA_CLOB:
	case CW_ORA_BLOB:
	case CW_ORA_BFILE:
	case CW_ORA_JSON:
	case CW_ORA_VECTOR:
		pass_lob(pass, form, item);
		return;
	case CW_ORA_OBJECT:
		pass_object(pass, form, item);
		return;
	case CW_ORA_CURSOR:
		pass_cursor(pass, form, item);
		return;
	default:
		break;
	}
	pass_scalar(pass, form, item);
}

/*
 * A bind without a value may be the escape byte and 01: BOOLEAN's of python-oracledb and
 * node-oracledb, all of OCI's blocks.
 */
static bool pass_escaped(struct cw_pass *pass, struct cw_ttc_item *item)
{
	uint8_t escape = CW_CLR_ESCAPE, one = CW_CLR_NO_VALUE;

	if (pass->in)
		item->is_escaped = cw_ttc_is_escaped(pass->in);
	if (!item->is_escaped)
		return false;
	cw_pass_u8(pass, "no value: escape", &escape);
	cw_pass_u8(pass, "no value", &one);
	set_value(item, (struct cw_bytes){ NULL, 0 });
	return true;
}

void cw_ttc_pass_item(struct cw_pass *pass, const struct cw_ttc_form *form,
		      struct cw_ttc_item *item)
{
	if (form->is_absent) {
		set_value(item, (struct cw_bytes){ NULL, 0 });
		return;
	}
	if (form->place == CW_IN_BIND && pass_escaped(pass, item))
		return;
	pass_by_type(pass, form, item);
	if (form->place == CW_IN_ROW && is_long(form->ora_type) && cw_pass_is_native(pass)) {
		cw_pass_ub2(pass, "indicator", NULL);
		cw_pass_ub2(pass, "return code", NULL);
	} else if (form->place == CW_IN_ROW && (is_long(form->ora_type) || form->is_converted)) {
		cw_pass_sb4(pass, "indicator", &item->indicator);
		cw_pass_ub4(pass, "return code", &item->return_code);
	}
}
