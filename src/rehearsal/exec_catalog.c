/* exec_catalog.c - the relation that a name means to a session, remembered; see exec.h */
#include "rehearsal/exec_parts.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct rh_known {
	struct rh_known *next;
	const char *schema; /* NULL: not qualified */
	const char *name;
	const struct sql_relation *relation; /* NULL: there is none */
};

static atomic_uint generation = 1;

void rh_exec_catalog_changed(void)
{
	atomic_fetch_add(&generation, 1);
}

unsigned rh_exec_generation(void)
{
	return atomic_load(&generation);
}

/*
 * Own schema, then synonyms, then PUBLIC's, then the dictionary.  Nothing here opens a relation: one that is dropped
 * beside it is still in the rows that are read.
 */
static const char lookup[] =
	"select c.oid, c.relkind, n.nspname, c.relname, a.attname, a.attnum, "
	"case t.oid when 'ora.stamp'::pg_catalog.regtype then 1073741825 "
	"when 'ora.stamp_tz'::pg_catalog.regtype then 1073741826 "
	"when 'ora.stamp_ltz'::pg_catalog.regtype then 1073741827 "
	"when 'ora.ds'::pg_catalog.regtype then 1073741828 "
	"when 'ora.ym'::pg_catalog.regtype then 1073741829 "
	"when 'ora.json'::pg_catalog.regtype then 1073741830 "
	"when 'ora.xml'::pg_catalog.regtype then 1073741831 "
	"else coalesce(nullif(t.typbasetype, 0), t.oid) end, "
	"case when t.typbasetype <> 0 then t.typtypmod else a.atttypmod end, a.attnotnull, "
	"r.ora_type, r.precision, r.scale, r.byte_length, r.char_length, r.char_used, r.is_national, "
	"coalesce(r.generated::text, ''), coalesce(r.invisible, false), "
	"coalesce((select t.read_only from rh.table_facts t where t.relid = c.oid), false), "
	"coalesce((select t.temporary is not null from rh.table_facts t where t.relid = c.oid), false), "
	"exists (select from rh.partitioned p where p.relid = c.oid), "
	"exists (select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'c' "
	"and k.conkey = array[a.attnum] and exists (select from pg_catalog.pg_depend d "
	"where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objid = k.oid "
	"and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid in "
	"('ora.is_json(text)'::pg_catalog.regprocedure, 'ora.is_json(bytea)'::pg_catalog.regprocedure))) "
	"from (select x.oid from ("
	"select c.oid, 1 as rank from pg_catalog.pg_class c "
	"join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
	"where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'v', 'f', 'S', 'm', 'p') "
	"union all select c.oid, case when s.owner = 'PUBLIC' then 3 else 2 end from rh.synonyms s "
	"join pg_catalog.pg_namespace n on n.nspname = s.target_owner "
	"join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.target_name "
	"and c.relkind in ('r', 'v', 'f', 'S', 'm', 'p') "
	"where s.name = $2 and (s.owner = $1 or ($3::boolean and s.owner = 'PUBLIC')) "
	"union all select c.oid, 4 from pg_catalog.pg_class c "
	"join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
	"where $3::boolean and n.nspname = 'SYS' and c.relname = $2 "
	"and c.relkind in ('r', 'v', 'f', 'S', 'm', 'p')) x order by x.rank limit 1) f "
	"join pg_catalog.pg_class c on c.oid = f.oid "
	"join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
	"left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
	"and not a.attisdropped left join pg_catalog.pg_type t on t.oid = a.atttypid "
	"left join rh.columns r on r.relid = c.oid and r.attnum = a.attnum "
	"where rh.may_name(c.oid) order by a.attnum";

enum {
	F_OID,
	F_KIND,
	F_SCHEMA,
	F_RELATION,
	F_COLUMN,
	F_NUMBER,
	F_TYPE,
	F_MOD,
	F_NOT_NULL,
	F_ORA_TYPE,
	F_PRECISION,
	F_SCALE,
	F_BYTES,
	F_CHARS,
	F_CHAR_USED,
	F_NATIONAL,
	F_GENERATED,
	F_INVISIBLE,
	F_READ_ONLY,
	F_TEMPORARY,
	F_PARTITIONED,
	F_JSON_TEXT
};

static const char *keep(struct cw_arena *arena, const char *text)
{
	char *copy = cw_new(arena, char, strlen(text) + 1);

	return strcpy(copy, text);
}

static void character(struct sql_column *ret, uint8_t ora_type, int modifier, uint32_t otherwise)
{
	ret->ora_type = ora_type;
	ret->char_length = ret->byte_length = modifier > 4 ? (uint32_t)modifier - 4 : otherwise;
	ret->char_used = 'B';
}

/* An expression's fraction has nine digits. */
static void moment(struct sql_column *ret, uint8_t ora_type, uint32_t bytes, int modifier)
{
	ret->ora_type = ora_type;
	ret->byte_length = bytes;
	ret->precision = 0;
	ret->scale = (int16_t)(modifier < 0 ? 9 : modifier);
}

/* Types of one length; what is none of them stays a NUMBER. */
static void plain(uint32_t type, struct sql_column *ret)
{
	static const struct {
		uint32_t type;
		uint8_t ora_type;
		uint32_t bytes;
	} types[] = {
		{ 16, CW_ORA_BOOLEAN, 1 },
		{ 700, CW_ORA_BINARY_FLOAT, 4 },
		{ 701, CW_ORA_BINARY_DOUBLE, 8 },
		{ RH_PG_JSON, CW_ORA_JSON, RH_JSON_DATA_LENGTH },
		{ RH_PG_XML, CW_ORA_OBJECT, RH_XML_DATA_LENGTH },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++)
		if (types[i].type == type) {
			ret->ora_type = types[i].ora_type;
			ret->byte_length = types[i].bytes;
		}
}

void rh_column_from_pg(uint32_t type, int modifier, struct sql_column *ret)
{
	ret->scale = CW_SCALE_NONE;
	ret->byte_length = 22;
	ret->ora_type = CW_ORA_NUMBER;
	switch (type) {
	case CW_PG_NUMERIC:
		if (modifier >= 4) {
			ret->precision = (int16_t)((modifier - 4) >> 16 & 0xffff);
			ret->scale = (int16_t)((((modifier - 4) & 0x7ff) ^ 1024) - 1024);
		}
		break;
	case 1042:
		character(ret, CW_ORA_CHAR, modifier, 2000);
		break;
	case 18:
		character(ret, CW_ORA_VARCHAR2, -1, 1);
		break;
	case 19:
		character(ret, CW_ORA_VARCHAR2, -1, 128);
		break;
	case CW_PG_TEXT:
	case CW_PG_VARCHAR:
	case 705:
		character(ret, CW_ORA_VARCHAR2, modifier, 4000);
		break;
	case CW_PG_BYTEA:
		ret->ora_type = CW_ORA_RAW;
		ret->byte_length = 2000;
		break;
	case CW_PG_TIMESTAMP:
		ret->ora_type = modifier == 0 ? CW_ORA_DATE : CW_ORA_TIMESTAMP;
		ret->byte_length = modifier == 0 ? 7 : 11;
		ret->precision = 0;
		ret->scale = (int16_t)(modifier == 0 ? 0 : modifier > 0 ? modifier : 6);
		break;
	case 1184:
		moment(ret, CW_ORA_TIMESTAMP_TZ, 13, 6);
		break;
	case RH_PG_STAMP:
		moment(ret, CW_ORA_TIMESTAMP, 11, modifier);
		break;
	case RH_PG_STAMP_TZ:
		moment(ret, CW_ORA_TIMESTAMP_TZ, 13, modifier);
		break;
	case RH_PG_STAMP_LTZ:
		moment(ret, CW_ORA_TIMESTAMP_LTZ, 11, modifier);
		break;
	case RH_PG_DS:
		moment(ret, CW_ORA_INTERVAL_DS, 11, modifier < 0 ? 9 : modifier & 15);
		ret->precision = (int16_t)(modifier < 0 ? 9 : modifier >> 4);
		break;
	case RH_PG_YM:
		moment(ret, CW_ORA_INTERVAL_YM, 5, 0);
		ret->precision = (int16_t)(modifier < 0 ? 9 : modifier);
		break;
	default:
		plain(type, ret);
	}
}

static void read_column(struct cw_arena *arena, const PGresult *rows, int row,
			struct sql_column *ret)
{
	ret->name = keep(arena, PQgetvalue(rows, row, F_COLUMN));
	ret->attnum = (int16_t)atoi(PQgetvalue(rows, row, F_NUMBER));
	ret->nullable = PQgetvalue(rows, row, F_NOT_NULL)[0] != 't';
	ret->hidden = strcmp(ret->name, "ROWID$") == 0 || strcmp(ret->name, "SID$") == 0;
	ret->generated = PQgetvalue(rows, row, F_GENERATED)[0];
	ret->invisible = PQgetvalue(rows, row, F_INVISIBLE)[0] == 't';
	ret->json_text = PQgetvalue(rows, row, F_JSON_TEXT)[0] == 't';
	if (PQgetisnull(rows, row, F_ORA_TYPE)) {
		rh_column_from_pg((uint32_t)strtoul(PQgetvalue(rows, row, F_TYPE), NULL, 10),
				  atoi(PQgetvalue(rows, row, F_MOD)), ret);
	} else {
		ret->ora_type = (uint8_t)atoi(PQgetvalue(rows, row, F_ORA_TYPE));
		ret->precision = (int16_t)atoi(PQgetvalue(rows, row, F_PRECISION));
		ret->scale = PQgetisnull(rows, row, F_SCALE)
				     ? (int16_t)CW_SCALE_NONE
				     : (int16_t)atoi(PQgetvalue(rows, row, F_SCALE));
		/* NUMBER(*,s) is described with the 38 digits that the dictionary leaves out */
		if (ret->ora_type == CW_ORA_NUMBER && ret->precision == 0 &&
		    ret->scale != CW_SCALE_NONE)
			ret->precision = 38;
		ret->byte_length = (uint32_t)atoi(PQgetvalue(rows, row, F_BYTES));
		ret->char_length = (uint32_t)atoi(PQgetvalue(rows, row, F_CHARS));
		ret->char_used = PQgetvalue(rows, row, F_CHAR_USED)[0];
		ret->national = PQgetvalue(rows, row, F_NATIONAL)[0] == 't';
	}
	ret->type = sql_type_of_ora(ret->ora_type);
}

static const struct sql_relation *read_relation(struct cw_arena *arena, const PGresult *rows)
{
	int count = PQntuples(rows);
	struct sql_relation *made;
	struct sql_column *column;

	if (count == 0)
		return NULL;
	made = cw_new(arena, struct sql_relation, 1);
	column = cw_new(arena, struct sql_column, (size_t)count);
	made->oid = (uint32_t)strtoul(PQgetvalue(rows, 0, F_OID), NULL, 10);
	made->kind = PQgetvalue(rows, 0, F_KIND)[0];
	made->schema = keep(arena, PQgetvalue(rows, 0, F_SCHEMA));
	made->name = keep(arena, PQgetvalue(rows, 0, F_RELATION));
	made->temporary = PQgetvalue(rows, 0, F_TEMPORARY)[0] == 't';
	made->partitioned = PQgetvalue(rows, 0, F_PARTITIONED)[0] == 't';
	made->read_only = PQgetvalue(rows, 0, F_READ_ONLY)[0] == 't';
	made->column = column;
	for (int i = 0; i < count && !PQgetisnull(rows, i, F_COLUMN); i++) {
		read_column(arena, rows, i, &column[i]);
		made->has_rowid |= strcmp(column[i].name, "ROWID$") == 0;
		made->column_count++;
	}
	return made;
}

static struct rh_known *find_known(const struct rh_exec *exec, const char *schema, const char *name)
{
	for (struct rh_known *one = exec->known; one; one = one->next)
		if (strcmp(one->name, name) == 0 &&
		    (one->schema ? schema && strcmp(one->schema, schema) == 0 : !schema))
			return one;
	return NULL;
}

/*
 * Only between statements: one that is being resolved holds relations, and
 * another session's DDL may come at any moment.
 */
void rh_exec_catalog_refresh(struct rh_session *session)
{
	struct rh_exec *exec = session->exec;
	unsigned now = rh_exec_generation() + 65536u * exec->schema_serial;

	if (exec->generation == now)
		return;
	cw_arena_reset(&exec->catalog);
	exec->known = NULL;
	exec->generation = now;
}

static const struct sql_relation *find_relation(struct rh_session *session,
						const struct sql_name *name, struct rh_error *error)
{
	struct rh_exec *exec = session->exec;
	const char *schema = name->count > 1 ? name->part[name->count - 2] : NULL;
	const char *object = name->part[name->count - 1];
	const char *value[] = { schema ? schema : session->schema, object, schema ? "f" : "t" };
	struct rh_exec_params params = { .count = 3, .value = value };
	struct rh_known *known;
	PGresult *rows;

	if (name->count > 2)
		return NULL;
	known = find_known(exec, schema, object);
	if (known)
		return known->relation;
	if (!rh_exec_statement(session, lookup, &params, 0, &rows, error))
		return NULL;
	known = cw_new(&exec->catalog, struct rh_known, 1);
	known->schema = schema ? keep(&exec->catalog, schema) : NULL;
	known->name = keep(&exec->catalog, object);
	known->relation = read_relation(&exec->catalog, rows);
	PQclear(rows);
	if (!known->relation)
		return NULL; /* it may come into being elsewhere: not remembered */
	known->next = exec->known;
	exec->known = known;
	return known->relation;
}

const struct sql_relation *rh_exec_relation(struct rh_session *session, const struct sql_name *name,
					    struct rh_error *error)
{
	const struct sql_relation *found = find_relation(session, name, error);
	bool compiled;

	if (found || error->code || name->count > 2 ||
	    !rh_view_validate(session, name->count > 1 ? name->part[0] : NULL,
			      name->part[name->count - 1], &compiled, error) ||
	    !compiled)
		return found;
	return find_relation(session, name, error);
}

/* The rows of one partition are a relation of their own that is not remembered. */
static const struct sql_relation *partition_of(struct rh_session *session,
					       const struct sql_relation *table, const char *partition,
					       struct rh_error *error)
{
	char oid[16];
	const char *value[] = { oid, partition };
	struct rh_exec_params params = { .count = 2, .value = value };
	struct sql_relation *made;
	PGresult *rows;

	(void)snprintf(oid, sizeof(oid), "%u", table->oid);
	if (!rh_exec_statement(session, "select rh.partition_condition($1::oid, $2)", &params, 0,
			       &rows, error))
		return NULL;
	if (PQgetisnull(rows, 0, 0)) {
		PQclear(rows);
		(void)rh_fail(error, 2149, 0, "Specified partition does not exist");
		return NULL;
	}
	made = cw_new(&session->exec->catalog, struct sql_relation, 1);
	*made = *table;
	made->condition = keep(&session->exec->catalog, PQgetvalue(rows, 0, 0));
	PQclear(rows);
	return made;
}

const struct sql_relation *rh_exec_find(void *session, const struct sql_name *name,
					struct rh_error *error)
{
	const struct sql_relation *found = rh_exec_relation(session, name, error);

	/* PostgreSQL shows every session's rows to those two */
	if (found && found->temporary &&
	    (strcmp(((struct rh_session *)session)->user, "SYS") == 0 ||
	     strcmp(((struct rh_session *)session)->user, "SYSTEM") == 0)) {
		(void)rh_fail(error, 3001, name->at,
			      "unimplemented feature: rows of temporary tables for SYS and SYSTEM");
		return NULL;
	}
	return found && name->partition ? partition_of(session, found, name->partition, error)
					: found;
}

bool rh_exec_record_type(struct rh_session *session, const char *fields, struct cw_arena *arena,
			 const char **ret, struct rh_error *error)
{
	const char *params[] = { fields };
	struct cw_err err = { 0 };
	PGresult *result =
		rh_server_admin(session->server, "select rh.record_type($1)", 1, params, &err);

	if (!result)
		return rh_fail(error, 600, 0, "internal error code, arguments: [record], [%s]",
			       err.text);
	*ret = keep(arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return true;
}

bool rh_exec_text_type(struct rh_session *session, char unit, uint32_t most, struct cw_arena *arena,
		       const char **ret, struct rh_error *error)
{
	static const char units[] = "bcnr";
	uint8_t *made = session->exec->text_types[strchr(units, unit) - units] + most / 8;
	const char name[2] = { unit };
	char length[12], text[32];
	const char *params[] = { name, length };
	struct cw_err err = { 0 };
	PGresult *result;

	(void)snprintf(length, sizeof(length), "%u", most);
	(void)snprintf(text, sizeof(text), "rh_text.%c%u", unit, most);
	*ret = keep(arena, text);
	if (*made & 1 << most % 8)
		return true;
	result = rh_server_admin(session->server, "select rh.text_type($1, $2)", 2, params, &err);
	if (!result)
		return rh_fail(error, 600, 0, "internal error code, arguments: [text], [%s]",
			       err.text);
	PQclear(result);
	*made = (uint8_t)(*made | 1 << most % 8);
	return true;
}
