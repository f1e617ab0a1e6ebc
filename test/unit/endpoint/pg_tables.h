/* pg_tables.h - two tables for the tests of load, apply and slot, and rows for them */
#ifndef TEST_PG_TABLES_H
#define TEST_PG_TABLES_H

#include "codec/date.h"
#include "codec/num.h"
#include "schema/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cw_column item_columns[] = {
	{ "ID", 1, 1, CW_ORA_NUMBER, false, false, 1, 10, 0, 22, 0, "id", "numeric(10,0)",
	  CW_PG_NUMERIC, false, 0, NULL },
	{ "NAME", 2, 2, CW_ORA_VARCHAR2, true, false, 0, 0, CW_SCALE_NONE, 20, 20, "name",
	  "varchar(20)", CW_PG_VARCHAR, false, 0, NULL },
	{ "STATE", 3, 3, CW_ORA_CHAR, true, false, 0, 0, CW_SCALE_NONE, 4, 4, "state", "char(4)",
	  CW_PG_BPCHAR, false, 0, NULL },
	{ "AT", 4, 4, CW_ORA_TIMESTAMP, true, false, 0, 6, CW_SCALE_NONE, 11, 0, "at",
	  "timestamp(6)", CW_PG_TIMESTAMP, false, 0, NULL },
	{ "TOKEN", 5, 5, CW_ORA_RAW, true, false, 0, 0, CW_SCALE_NONE, 16, 0, "token", "bytea",
	  CW_PG_BYTEA, false, 0, NULL },
};
static const uint16_t item_key[] = { 0 };
static const uint16_t item_name_key[] = { 1 };
static const struct cw_key item_keys[] = {
	{ "ITEM_PK", "item_pk", true, false, 1, item_key, false },
	{ "ITEM_UK", "item_uk", false, false, 1, item_name_key, false },
};
static const char *no_defaults[5];
static struct cw_table item = {
	.shape = { "SHOP", "ITEM", "shop", "item", 1001, 1, 5, 1, item_columns, item_key },
	.unique_count = 2,
	.key = item_keys,
	.ora_default = no_defaults,
	.pg_default = no_defaults,
};

static const struct cw_column note_columns[] = {
	{ "NR", 1, 1, CW_ORA_NUMBER, true, false, 0, 0, CW_SCALE_NONE, 22, 0, "nr", "numeric",
	  CW_PG_NUMERIC, false, 0, NULL },
	{ "WHAT", 2, 2, CW_ORA_VARCHAR2, true, false, 0, 0, CW_SCALE_NONE, 20, 20, "what",
	  "varchar(20)", CW_PG_VARCHAR, false, 0, NULL },
};
static struct cw_table note = {
	.shape = { "SHOP", "NOTE", "shop", "note", 1002, 1, 2, 0, note_columns, NULL },
	.ora_default = no_defaults,
	.pg_default = no_defaults,
};
static struct cw_table *both_tables[] = { &item, &note };
__attribute__((unused)) static struct cw_catalog both = { .table_count = 2, .table = both_tables };

/* A whole number as NUMBER bytes, by way of numeric's form. */
static inline struct cw_value number_of(int64_t value)
{
	static uint8_t kept[256][CW_NUM_BYTES_MAX];
	static unsigned next;
	uint8_t *ret = kept[next++ % 256];
	uint8_t pg[8 + 10] = { 0 };
	uint64_t rest = (uint64_t)(value < 0 ? -value : value);
	unsigned count = 0;
	uint16_t digit[5];
	struct cw_err err = { 0 };
	size_t len;

	for (; rest > 0; rest /= 10000)
		digit[count++] = (uint16_t)(rest % 10000);
	pg[1] = (uint8_t)count;
	pg[3] = (uint8_t)(count ? count - 1 : 0);
	pg[4] = value < 0 ? 0x40 : 0;
	for (unsigned i = 0; i < count; i++) {
		pg[8 + 2 * i] = (uint8_t)(digit[count - 1 - i] >> 8);
		pg[9 + 2 * i] = (uint8_t)digit[count - 1 - i];
	}
	if (!cw_num_from_pg((struct cw_bytes){ pg, 8 + 2 * count }, ret, &len, &err))
		abort();
	return cw_value_set((struct cw_bytes){ ret, len });
}

static inline struct cw_value text_of(const char *text)
{
	if (!text)
		return (struct cw_value){ .state = CW_VALUE_NULL };
	return cw_value_set((struct cw_bytes){ (const uint8_t *)text, strlen(text) });
}

/* @row has room for five values; the time is always the same */
static inline struct cw_row item_row(struct cw_value *row, int64_t id, const char *name,
				     const char *state)
{
	static const uint8_t at[] = { 120, 126, 1, 31, 24, 60, 60, 0x07, 0x5b, 0xca, 0x00 };

	row[0] = number_of(id);
	row[1] = text_of(name);
	row[2] = text_of(state);
	row[3] = cw_value_set((struct cw_bytes){ at, sizeof(at) });
	row[4] = text_of("\x01\xff");
	return (struct cw_row){ .count = 5, .value = row };
}

static inline struct cw_row note_row(struct cw_value *row, int64_t nr, const char *what)
{
	row[0] = number_of(nr);
	row[1] = text_of(what);
	return (struct cw_row){ .count = 2, .value = row };
}

#endif
