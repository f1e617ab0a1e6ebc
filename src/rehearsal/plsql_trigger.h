/*
 * plsql_trigger.h - a trigger of a table or view, between its header and what PostgreSQL gets
 *
 * A compound trigger is four of PostgreSQL's, one for each timing point (plsql_compound.c).
 */
#ifndef CW_REHEARSAL_PLSQL_TRIGGER_H
#define CW_REHEARSAL_PLSQL_TRIGGER_H

#include "rehearsal/plsql_parts.h"

struct plsql_trigger {
	struct sql_name name, table;
	const char *schema; /* of the trigger */
	const struct sql_relation *relation;
	bool before, each_row;
	bool instead; /* INSTEAD OF: of a view */
	bool compound;
	unsigned part; /* of a compound one, 1 .. 4; 0: it is whole */
	bool disabled;
	struct cw_wr follows; /* ARRAY[...] of the names behind FOLLOWS */
	bool on_insert, on_update, on_delete;
	struct cw_wr of_columns; /* UPDATE OF a, b */
	struct cw_wr when;
	const char *when_text;
	const char *source; /* from TRIGGER on */
	bool again;	    /* it is there, and compiled once more */
	bool broken;	    /* it does not compile */
};

/* CREATE TRIGGER of a table or view, behind its name; what it holds goes. */
bool plsql_table_trigger(struct plsql *pl, struct plsql_trigger *head, const char *sql,
			 bool replace);
bool plsql_alter_trigger(struct plsql *pl);	   /* behind ALTER TRIGGER */
bool plsql_alter_table_triggers(struct plsql *pl); /* behind ALTER TABLE: ENABLE | DISABLE ALL TRIGGERS */

/* The translated body as a function, and the trigger that calls it, if that is not there (@head->again). */
bool plsql_make_trigger(struct plsql *pl, const struct plsql_trigger *head);
/* What its function returns where it ends. */
const char *plsql_trigger_returns(const struct plsql_trigger *head);
/* What :NEW and :OLD mean in such a one. */
void plsql_begin_trigger(struct plsql *pl, const struct plsql_trigger *head);

/* At COMPOUND: all timing points. */
bool plsql_make_compound(struct plsql *pl, const struct plsql_trigger *head);

#endif
