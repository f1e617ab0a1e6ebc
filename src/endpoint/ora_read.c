/* ora_read.c - see ora_read.h */
#include "endpoint/ora_read.h"

#include "codec/num.h"
#include "endpoint/redo_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BINDS_MAX 1100

struct cw_value cw_ora_number(uint64_t number, uint8_t ret[24])
{
	char text[24];
	struct cw_err err;
	size_t len = 0;
	bool ok;

	(void)snprintf(text, sizeof(text), "%" PRIu64, number);
	ok = cw_redo_number((struct cw_bytes){ (uint8_t *)text, strlen(text) }, ret, &len, &err);
	assert(ok);
	return cw_value_set((struct cw_bytes){ ret, len });
}

struct cw_value cw_ora_string(const char *text)
{
	if (!*text)
		return (struct cw_value){ 0 };
	return cw_value_set((struct cw_bytes){ (const uint8_t *)text, strlen(text) });
}

bool cw_ora_to_u64(struct cw_value value, uint64_t *ret, struct cw_err *err)
{
	char text[256];

	*ret = 0;
	if (value.state != CW_VALUE_SET || cw_num_to_u64(cw_value_bytes(&value), ret))
		return true;
	return cw_num_to_text(cw_value_bytes(&value), text, err) &&
	       cw_fail(err, CW_ERR_DATA, 7002, "%s is no count or place", text);
}

const char *cw_ora_to_text(struct cw_value value, char *ret, size_t room)
{
	size_t len = value.state == CW_VALUE_SET ? value.len : 0;

	if (len >= room)
		len = room - 1;
	if (len)
		memcpy(ret, value.at, len);
	ret[len] = '\0';
	return ret;
}

bool cw_ora_read_begin(struct cw_ora *ora, const char *sql, unsigned count, const uint64_t *numbers,
		       struct cw_ora_read *ret, struct cw_err *err)
{
	static _Thread_local uint8_t room[BINDS_MAX][24];
	static _Thread_local struct cw_value value[BINDS_MAX];
	struct cw_row row = { (uint16_t)count, value };
	struct cw_ora_result result;

	assert(count <= BINDS_MAX);
	*ret = (struct cw_ora_read){ 0 };
	if (!cw_ora_prepare(ora, sql, &ret->stmt, err))
		return false;
	for (unsigned i = 0; i < count; i++) {
		value[i] = cw_ora_number(numbers[i], room[i]);
		cw_ora_bind(ret->stmt, i, CW_ORA_NUMBER, 22);
	}
	if (!cw_ora_execute(ret->stmt, count ? &row : NULL, count ? 1 : 0, 0, &result, err)) {
		cw_ora_read_end(ret);
		return false;
	}
	return true;
}

const struct cw_value *cw_ora_read_row(struct cw_ora_read *read, struct cw_err *err)
{
	err->kind = CW_ERR_NONE;
	if (read->at == read->rows.count) {
		if (!cw_ora_fetch(read->stmt, 1000, &read->rows, err))
			return NULL;
		read->at = 0;
		if (read->rows.count == 0)
			return NULL;
	}
	return read->rows.row[read->at++].value;
}

void cw_ora_read_end(struct cw_ora_read *read)
{
	if (read->stmt)
		cw_ora_stmt_free(read->stmt);
	*read = (struct cw_ora_read){ 0 };
}

bool cw_ora_call(struct cw_ora *ora, const char *sql, unsigned count, const uint8_t *types,
		 const struct cw_value *values, struct cw_err *err)
{
	struct cw_row row = { (uint16_t)count, (struct cw_value *)(uintptr_t)values };
	struct cw_ora_result result;
	struct cw_ora_stmt *stmt;
	bool ok;

	if (!cw_ora_prepare(ora, sql, &stmt, err))
		return false;
	for (unsigned i = 0; i < count; i++)
		cw_ora_bind(stmt, i, types[i], values[i].len > 22 ? values[i].len : 22);
	ok = cw_ora_execute(stmt, count ? &row : NULL, count ? 1 : 0, 0, &result, err);
	cw_ora_stmt_free(stmt);
	return ok;
}
