/*
 * running.h - the statements that run inside each other, and what PL/SQL among them may do
 *
 *	updating.c	the list, and what of a table's columns a statement sets
 *	purity.c	ORA-04091, ORA-14551 and ORA-14552
 *
 * Owns		an entry lies on the stack of the hook that runs its statement
 * Threads	one, as everywhere in a backend
 */
#ifndef CAUSEWAY_RUNNING_H
#define CAUSEWAY_RUNNING_H

#include "causeway_redo.h"

#include "executor/execdesc.h"

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

#endif
