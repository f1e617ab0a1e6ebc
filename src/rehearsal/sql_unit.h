/*
 * sql_unit.h - a stored procedure or function, and how its arguments are said
 *
 * PostgreSQL finds a unit by the types of its arguments, Oracle by its name and converts: so what goes in
 * is printed as a value of its parameter's type.
 *
 * A function with parameters that come out is a procedure inside; its result is the last parameter.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "Subprogram Parameters"
 */
#ifndef CW_REHEARSAL_SQL_UNIT_H
#define CW_REHEARSAL_SQL_UNIT_H

#include "rehearsal/sql_tree.h"

struct cw_wr;
struct rh_session;
struct cw_arena;

enum sql_mode { SQL_IN = 1, SQL_OUT = 2, SQL_IN_OUT = 3 };

struct sql_parameter {
	const char *name;
	const char *type; /* PostgreSQL's, without length; "": overloads differ in it */
	uint8_t sql_type; /* enum sql_type; SQL_ANY: not known, of several, or a BLOB or RAW of a package */
	uint8_t mode;	  /* enum sql_mode */
	bool required;	  /* it has no default */
	const char *value; /* of a local one its default, in PostgreSQL's words; NULL: none */
};

struct sql_unit {
	const char *schema, *name;
	const char *result; /* of a function: PostgreSQL's type */
	const struct sql_collection *collection; /* that it gives; NULL: none of a schema's type */
	const char *frames; /* of a local one: arguments in front of all; NULL: a stored one */
	const char *told;   /* of a local one: its name in errors */
	bool function;
	bool ends;	/* transactions */
	bool comes_out; /* some parameter does */
	bool pipelined;
	bool stale;	/* INVALID: what it was compiled against has changed */
	unsigned count;
	const struct sql_parameter *parameter;
};

/*
 * The procedure or function that a call means to this session, if it may run it; *ret NULL: none.
 * @inside: "OWNER.PACKAGE" in whose body the call stands; NULL: in none.
 */
bool rh_unit_find(struct rh_session *session, struct cw_arena *arena, const struct sql_expr *call,
		  const char *inside, const struct sql_unit **ret, struct rh_error *error);

/* Which parameter an argument is for; NULL with PLS-00306: none. */
const struct sql_parameter *sql_unit_parameter(const struct sql_unit *unit,
					       const struct sql_expr *argument, unsigned place,
					       struct rh_error *error);
/* Has it a parameter for each argument, and an argument for each parameter that needs one? */
bool sql_unit_takes(const struct sql_unit *unit, const struct sql_expr *call);
/* PLS-00306 where it has not. */
bool sql_unit_refuses(const struct sql_unit *unit, uint32_t at, struct rh_error *error);
/* What was not given and has its default at the call, behind @place arguments. */
void sql_unit_put_missing(const struct sql_unit *unit, const struct sql_expr *call, unsigned place,
			  struct cw_wr *out);
uint8_t sql_type_of_pg_name(const char *type); /* SQL_ANY: none that is known */

#endif
