/*
 * fuzz_redo.c - the SQL_REDO of LogMiner, to values of a change and on to PostgreSQL
 *
 * An odd first byte: raw mode, else with names from a catalog; the rest is the text.  What is taken
 * has as many values as the table, each of them inside the text or the parser's own room, and
 * goes through the converter and back.
 */
#include "fuzz.h"

#include "codec/convert.h"
#include "endpoint/redo_text.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 65536u

static const struct cw_column columns[] = {
	{ .name = "ID",
	  .internal = 1,
	  .ora_type = CW_ORA_NUMBER,
	  .scale = CW_SCALE_NONE,
	  .key_position = 1,
	  .pg_oid = CW_PG_NUMERIC },
	{ .name = "NAME",
	  .internal = 2,
	  .ora_type = CW_ORA_VARCHAR2,
	  .byte_length = 40,
	  .char_length = 40,
	  .pg_oid = CW_PG_VARCHAR },
	{ .name = "D", .internal = 3, .ora_type = CW_ORA_DATE, .pg_oid = CW_PG_TIMESTAMP },
	{ .name = "TS",
	  .internal = 5,
	  .ora_type = CW_ORA_TIMESTAMP,
	  .precision = 6,
	  .pg_oid = CW_PG_TIMESTAMP },
	{ .name = "R",
	  .internal = 6,
	  .ora_type = CW_ORA_RAW,
	  .byte_length = 100,
	  .pg_oid = CW_PG_BYTEA },
	{ .name = "C",
	  .internal = 7,
	  .ora_type = CW_ORA_CHAR,
	  .byte_length = 8,
	  .char_length = 8,
	  .pg_oid = CW_PG_BPCHAR },
	{ .name = "TZ",
	  .internal = 8,
	  .ora_type = CW_ORA_TIMESTAMP_TZ,
	  .precision = 6,
	  .pg_oid = CW_PG_TIMESTAMPTZ },
	{ .name = "TL",
	  .internal = 9,
	  .ora_type = CW_ORA_TIMESTAMP_LTZ,
	  .precision = 6,
	  .pg_oid = CW_PG_TIMESTAMPTZ },
	{ .name = "Y",
	  .internal = 10,
	  .ora_type = CW_ORA_INTERVAL_YM,
	  .precision = 2,
	  .pg_oid = CW_PG_INTERVAL },
	{ .name = "S",
	  .internal = 11,
	  .ora_type = CW_ORA_INTERVAL_DS,
	  .precision = 2,
	  .scale = 6,
	  .pg_oid = CW_PG_INTERVAL },
	{ .name = "F", .internal = 12, .ora_type = CW_ORA_BINARY_DOUBLE, .pg_oid = CW_PG_FLOAT8 },
	{ .name = "G", .internal = 13, .ora_type = CW_ORA_BINARY_FLOAT, .pg_oid = CW_PG_FLOAT4 },
	{ .name = "N",
	  .internal = 14,
	  .ora_type = CW_ORA_VARCHAR2,
	  .national = true,
	  .byte_length = 80,
	  .char_length = 40,
	  .pg_oid = CW_PG_VARCHAR },
};
static const uint16_t key[] = { 0 };
static const struct cw_shape shape = { .owner = "APP",
				       .name = "T",
				       .object_id = 74238,
				       .column_count = CW_ARRAY_LEN(columns),
				       .key_count = 1,
				       .column = columns,
				       .key = key };

/* What PostgreSQL would be given is told by Oracle's converter as the same value. */
static void convert_value(const struct cw_column *column, struct cw_value value)
{
	struct cw_wr pg = { 0 }, back = { 0 };
	struct cw_err err;
	int32_t len;

	if (value.state == CW_VALUE_SET && cw_convert_to_pg(column, value, &pg, &len, &err)) {
		assert(len == CW_CONVERT_NULL || (size_t)len == pg.len);
		if (len > 0) {
			cw_convert_canonical(column, pg.at0, pg.len);
			(void)!cw_convert_to_ora(column, cw_value_set(cw_wr_bytes(&pg)), &back,
						 &len, &err);
		}
	}
	cw_wr_release(&pg);
	cw_wr_release(&back);
}

static void convert_row(const struct cw_row *row)
{
	assert(row->count == 0 || row->count == shape.column_count);
	for (uint16_t i = 0; i < row->count; i++)
		convert_value(&columns[i], row->value[i]);
}

static void read_change(struct cw_redo_parser *parser, enum cw_redo_mode mode, struct cw_bytes text)
{
	struct cw_redo_stmt stmt;
	struct cw_change change;
	struct cw_err err = { 0 };

	if (!cw_redo_split(parser, text, &stmt, &err)) {
		assert(err.code == 7201);
		return;
	}
	for (uint32_t i = 0; i < stmt.part_count; i++)
		assert(stmt.part[i].offset <= text.len && stmt.part[i].text.len <= text.len);
	if (!cw_redo_change(parser, mode, &stmt, &shape, &change, &err)) {
		assert(err.code >= 7201 && err.code <= 7203);
		return;
	}
	convert_row(&change.before);
	convert_row(&change.after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cw_redo_parser parser = { 0 };
	uint8_t *text;

	if (size < 2 || size > TEXT_MAX)
		return 0;
	text = malloc(size - 1); /* no byte more, so that one read too many is seen */
	assert(text);
	memcpy(text, data + 1, size - 1);
	read_change(&parser, data[0] & 1 ? CW_REDO_RAW : CW_REDO_CATALOG,
		    (struct cw_bytes){ text, size - 1 });
	cw_redo_release(&parser);
	free(text);
	return 0;
}

/* ---- seeds -------------------------------------------------------------------------- */

static const char *const own[] = {
	"1insert into \"UNKNOWN\".\"OBJ# 74238\"(\"COL 1\",\"COL 2\",\"COL 3\",\"COL 5\",\"COL 6\") values (HEXTORAW('c102'),"
	"HEXTORAW('68656c6c6f'),HEXTORAW('787c0506080910'),HEXTORAW('787c05060809100bebc200'),HEXTORAW('00ff'));",
	"1update \"UNKNOWN\".\"OBJ# 74238\" set \"COL 10\" = HEXTORAW('800000013d'), \"COL 12\" = HEXTORAW('c000000000000000') where "
	"\"COL 1\" = HEXTORAW('c102') and \"COL 2\" IS NULL and ROWID = 'AAASNZAAEAAAAFfAAA';",
	"0update \"APP\".\"T\" set \"N\" = UNISTR('\\0414\\D83D\\DE00') || UNISTR('x''y'), \"TZ\" = TO_TIMESTAMP_TZ('2024-05-06 "
	"07:08:09.123456 +02:00') where \"ID\" = '1' and \"D\" = TO_DATE('2024-05-06 07:08:09', 'YYYY-MM-DD HH24:MI:SS') and \"C\" IS NULL;",
	"0insert into \"APP\".\"T\"(\"ID\",\"Y\",\"S\",\"R\",\"F\",\"TL\") values ('13',TO_YMINTERVAL('+01-06'),TO_DSINTERVAL('+05 10:20:30.5'),"
	"HEXTORAW('ff'),'1.5E+000',TO_TIMESTAMP('2024-05-06 07:08:09.'));",
	"0delete from \"APP\".\"T\" where \"ID\" = '1' and \"NAME\" = 'it''s' and \"TS\" = TO_TIMESTAMP('06-MAY-24 07.08.09.5 AM') and "
	"ROWID = 'AAASNZAAEAAAAFfAAA';",
};

/* The statement in line @index of what Debezium's tests keep, unescaped. */
static bool recorded(unsigned index, struct cw_wr *wr)
{
	const char *folder = getenv("CW_RECORDINGS");
	char path[1024], line[4096];
	bool found = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/sql-redo-debezium.tsv",
		       folder ? folder : "test/recordings");
	file = fopen(path, "r");
	assert(file);
	while (!found && fgets(line, sizeof(line), file))
		found = line[0] != '#' && index-- == 0;
	(void)fclose(file);
	if (!found)
		return false;
	cw_wr_u8(wr, '0');
	for (const char *at = strrchr(line, '\t') + 1; *at && *at != '\n'; at++) {
		bool escaped = *at == '\\' && (at[1] == 'n' || at[1] == '\\');

		at += escaped;
		cw_wr_u8(wr, escaped && *at == 'n' ? '\n' : (uint8_t)*at);
	}
	return true;
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	if (index >= CW_ARRAY_LEN(own))
		return recorded(index - (unsigned)CW_ARRAY_LEN(own), wr);
	cw_wr_put(wr, own[index], strlen(own[index]));
	return true;
}
