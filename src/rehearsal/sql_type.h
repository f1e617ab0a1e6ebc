/*
 * sql_type.h - Oracle's types as the resolver and the printer know them
 *
 *	enum cw_ora_type	what a column or bind was declared as
 *	enum sql_type		what an expression is
 *	PostgreSQL's type	what holds it: ora.stamp and its like are extension/moment.h's
 */
#ifndef CW_REHEARSAL_SQL_TYPE_H
#define CW_REHEARSAL_SQL_TYPE_H

#include "base/wr.h"
#include "rehearsal/sql_tree.h"

/* Numbers that stand for types of ours, whose oids each database has its own of (rh_pg_type_known()). */
enum {
	RH_PG_STAMP = 0x40000001,
	RH_PG_STAMP_TZ,
	RH_PG_STAMP_LTZ,
	RH_PG_DS,
	RH_PG_YM,
	RH_PG_JSON,
	RH_PG_XML,
	RH_PG_OWN_END,
};
#define RH_PG_OWN_FIRST RH_PG_STAMP
#define RH_PG_OWN_COUNT (RH_PG_OWN_END - RH_PG_OWN_FIRST)

uint8_t sql_type_of_ora(uint8_t ora_type);

/* MAX_STRING_SIZE of the database, said once before anything is parsed: EXTENDED or not. */
void sql_type_extend(bool extended);
/* What VARCHAR2 and RAW may hold; @standard: without EXTENDED. */
uint32_t sql_type_bytes_max(uint32_t standard);

/* "ora.stamp": what a bind or a variable of that type is declared as; NULL: it needs no saying. */
const char *sql_pg_type(uint8_t type);

/* A column's or variable's type, with length and precision. */
void sql_print_type(struct cw_wr *out, const struct sql_type_name *type);

/* Does the text of TIMESTAMP '...' name a zone? */
bool sql_has_zone(const struct sql_expr *expr);
/* INTERVAL '...' unit TO unit as an expression. */
bool sql_print_interval(struct cw_wr *out, const struct sql_expr *expr, struct rh_error *error);

#endif
