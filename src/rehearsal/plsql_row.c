/*
 * plsql_row.c - INSERT ... VALUES record and UPDATE ... SET ROW = record; see plsql_parts.h
 *
 * The record stands for its fields, which go into the columns in the order of both.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "Inserting Records into Tables", "Updating Rows with Records"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

static bool fields_of(struct plsql *pl, const struct sql_expr *record,
		      const struct plsql_field **ret)
{
	struct plsql_variable of;
	struct plsql_path path;

	if (!plsql_path_of(pl, record, &path))
		return plsql_no_target(pl, record, "PLS-00382: expression is of wrong type");
	if (!plsql_path_type(pl, &path, &of))
		return false;
	*ret = of.row ? of.row->field : NULL;
	return *ret ||
	       rh_fail(pl->error, 6550, record->at, "PLS-00382: expression is of wrong type");
}

static struct sql_expr *field_of(struct plsql *pl, struct sql_expr *record,
				 const struct plsql_field *field)
{
	struct sql_expr *value = cw_new(pl->arena, struct sql_expr, 1);

	value->kind = X_FIELD;
	value->at = record->at;
	value->end = record->end;
	value->arg = record;
	value->text = field->name;
	return value;
}

static void insert_fields(struct plsql *pl, struct sql_stmt *stmt, const struct plsql_field *field)
{
	struct sql_expr **last = &stmt->value;

	for (; field; field = field->next) {
		*last = field_of(pl, stmt->record, field);
		last = &(*last)->next;
	}
}

static struct sql_set *set_field(struct plsql *pl, const struct sql_stmt *stmt, const char *column,
				 const struct plsql_field *field)
{
	struct sql_set *set = cw_new(pl->arena, struct sql_set, 1);

	set->column = cw_new(pl->arena, struct sql_expr, 1);
	set->column->kind = X_NAME;
	set->column->at = stmt->record->at;
	set->column->name.count = 1;
	set->column->name.part[0] = column;
	set->value = field_of(pl, stmt->record, field);
	return set;
}

static bool set_fields(struct plsql *pl, struct sql_stmt *stmt, const struct plsql_field *field)
{
	const struct sql_relation *table =
		rh_exec_relation(pl->session, &stmt->target->name, pl->error);
	struct sql_set **last = &stmt->set;

	if (!table)
		return pl->error->code == 0 && rh_fail(pl->error, 942, stmt->target->at,
						       "table or view does not exist");
	for (uint16_t i = 0; i < table->column_count; i++) {
		if (table->column[i].hidden || table->column[i].invisible)
			continue;
		if (!field)
			return rh_fail(pl->error, 6550, stmt->record->at,
				       "PL/SQL: ORA-00947: not enough values");
		*last = set_field(pl, stmt, table->column[i].name, field);
		last = &(*last)->next;
		field = field->next;
	}
	return !field ||
	       rh_fail(pl->error, 6550, stmt->record->at, "PL/SQL: ORA-00913: too many values");
}

bool plsql_expand_row(struct plsql *pl, struct sql_stmt *stmt)
{
	const struct plsql_field *field;

	if (!stmt->record)
		return true;
	if (!fields_of(pl, stmt->record, &field))
		return false;
	if (stmt->kind == S_UPDATE)
		return set_fields(pl, stmt, field);
	insert_fields(pl, stmt, field);
	return true;
}
