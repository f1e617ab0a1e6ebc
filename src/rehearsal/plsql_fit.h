/*
 * plsql_fit.h - whether a type fits the variable or the parameter that it is given for
 *
 * A block is translated before its binds have types; Oracle compiles it when it has them, and what PL/SQL does not convert
 * is an error of compilation then.
 *
 * Sources	Oracle Database PL/SQL Language Reference 11.2 and 19c, "Possible PL/SQL Implicit Data Type Conversions";
 *		node-oracledb's tests binding_procedureBindIn.js, binding_procedureBindOut.js and their neighbours
 */
#ifndef CW_REHEARSAL_PLSQL_FIT_H
#define CW_REHEARSAL_PLSQL_FIT_H

#include "rehearsal/sql_unit.h"

struct plsql;
struct rh_bind;

/* A bind that stands alone as an argument. */
struct plsql_given {
	struct plsql_given *next;
	const char *bind, *unit;
	uint32_t place; /* of the bind, once the block is translated */
	uint32_t at;	/* offset of the call */
	uint8_t type;	/* of the parameter, enum sql_type */
};

/* Does PL/SQL convert between the two, of enum sql_type?  What is not known to it does. */
bool plsql_fits(uint8_t type, uint8_t other);

/* Notes what @call gives @unit; in a trigger or for no unit nothing. */
void plsql_note_given(struct plsql *pl, const struct sql_unit *unit, const struct sql_expr *call);
/* Behind the translation: which binds of the block they are. */
void plsql_place_given(const struct plsql *pl);
/* False with PLS-00306, at the call, for the first that does not fit. */
bool plsql_given_fits(const struct plsql_given *given, const struct rh_bind *binds, uint32_t count,
		      struct rh_error *error);

#endif
