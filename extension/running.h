/*
 * running.h - the statements that run inside each other, and what PL/SQL among them may do
 *
 *	updating.c	the list, and what of a table's columns a statement sets
 *	purity.c	ORA-04091, ORA-14551 and ORA-14552
 *	savepoint.c	SAVEPOINT and ROLLBACK TO between the statements of a unit
 *	inline.c	blocks that have some
 *
 * Owns		an entry lies on the stack of the hook that runs its statement
 * Threads	one, as everywhere in a backend
 */
#ifndef CAUSEWAY_RUNNING_H
#define CAUSEWAY_RUNNING_H

#include "causeway_redo.h"

#include "executor/execdesc.h"
#include "nodes/parsenodes.h"

struct running {
	const struct running *outer;
	QueryDesc *query;
	int frames; /* functions of PL/pgSQL's that were entered before */
	bool sql;   /* a statement of SQL's, no expression of PL/SQL's */
};

const struct running *running_innermost(void); /* NULL: none */

/* ---- purity.c ---- */

void purity_init(void);
/* An error if a user's unit may not run it now. */
void purity_check(const QueryDesc *query);
/* What is about to run is a statement of SQL's. */
bool purity_is_sql(void);
bool purity_inside_sql(void);
int purity_frames(void); /* functions of PL/pgSQL's that run */
/* The block or procedure that calls the function that asks; NULL: a function does. */
const void *purity_unit(void);

/* ---- block.c ---- */

void block_statement_ends(const void *unit); /* a statement of PL/pgSQL's */

/* ---- savepoint.c ---- */

void savepoint_init(void);
void savepoint_of_client(const TransactionStmt *statement);
void savepoint_statement_ends(const void *unit);
void savepoint_unit_ends(const void *unit);
/* An error leaves a unit: what it began is undone, down to the level of subtransactions. */
void savepoint_undo(int level);
/* COMMIT or ROLLBACK comes next; true: savepoint_unit_ends() has to come before. */
bool savepoint_transaction_ends(void);

/* ---- inline.c ---- */

bool inline_sets_savepoints(const char *text); /* of a DO */
void inline_run(char *text, bool atomic);

#endif
