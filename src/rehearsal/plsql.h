/*
 * plsql.h - PL/SQL said in PL/pgSQL
 *
 * One pass: the translator walks the tokens of a block with the SQL parser's helpers,
 * keeps the declared names of each scope, and writes PL/pgSQL as it goes; SQL
 * statements and expressions inside go through the SQL half's parser, resolver and
 * printer.  What it does not know is refused, never guessed.
 *
 * A variable X becomes "v$X", so that it cannot be taken for a column; a bind becomes
 * "b$1"; :NEW.C becomes NEW."C".
 *
 * COMMIT and ROLLBACK are PL/pgSQL's; a block with one runs by extension/block.c's leave.  A stored
 * procedure with one runs with its caller's rights, for PL/pgSQL allows none in one with its owner's.
 *
 * Errors	ORA-06550 with the offset, ORA-03001 for what is not covered
 * Sources	Oracle Database PL/SQL Language Reference 19c
 */
#ifndef CW_REHEARSAL_PLSQL_H
#define CW_REHEARSAL_PLSQL_H

#include "base/arena.h"
#include "base/wr.h"
#include "rehearsal/session.h"
#include "rehearsal/sql_parse.h"
#include "rehearsal/sql_print.h"

#define PLSQL_BINDS_MAX 16384u
#define PLSQL_DEPTH_MAX 50u

/* In front of every body: what SQL%ROWCOUNT says, a condition that was computed, a text to execute,
 * and what FORALL leaves: SQL%BULK_ROWCOUNT, SQL%BULK_EXCEPTIONS. */
#define PLSQL_OWN_VARIABLES                                                                        \
	"DECLARE \"sql$rowcount\" bigint; \"sql$test\" boolean; \"sql$text\" text; "               \
	"\"sql$rows\" ora.collection; \"sql$failed\" ora.collection;\n"

enum plsql_bind_use {
	PLSQL_READ = 1,
	PLSQL_WRITTEN = 2,
	PLSQL_LOB_WRITTEN = 4, /* by DBMS_LOB: on Oracle also where it lies */
	PLSQL_LOB_TAKEN = 8,   /* by a variable, which DBMS_LOB may write */
};

struct plsql_bind {
	const char *name; /* folded, without the colon */
	uint8_t use;	  /* enum plsql_bind_use, ORed */
};

/* A type of a block, a package or a schema; PostgreSQL's names. */
enum plsql_type_kind {
	PLSQL_NESTED, /* TABLE OF, VARRAY */
	PLSQL_BY_NUMBER,
	PLSQL_BY_TEXT,
	PLSQL_RECORD,
	PLSQL_REF_CURSOR,
	PLSQL_SUBTYPE
};

struct plsql_field {
	struct plsql_field *next;
	const char *name;
	uint8_t type;			/* enum sql_type */
	const char *text;		/* PostgreSQL's type, with its length */
	const struct plsql_type *named; /* a record or a collection; NULL: neither */
	const char *value;		/* its default, in PostgreSQL's words; NULL: none */
};

struct plsql_type {
	struct plsql_type *next;
	const char *name;
	uint8_t kind;
	uint8_t element_type; /* enum sql_type */
	const char *
		element; /* of a collection or subtype; of a record its own type, NULL: not made yet */
	const char *plain;	     /* the element without its length */
	const struct plsql_type *of; /* the element, if that is a record or a collection */
	struct plsql_field *field;   /* of a record */
	unsigned limit;		     /* of a VARRAY; 0: none */
	bool not_null;		     /* no element is NULL */
	bool local;		     /* a block's */
	const char *owner, *inside, *row; /* of a schema's, as in struct sql_collection; NULL: it is none */
};

struct plsql_variable {
	struct plsql_variable *next;
	const char *name;
	uint8_t type; /* enum sql_type */
	bool record;  /* fields are columns */
	bool integer; /* a FOR loop's counter */
	bool exception;
	int code; /* of PRAGMA EXCEPTION_INIT, without its sign; 0: none */
	bool cursor;
	unsigned locks; /* a cursor of FOR UPDATE: of how many tables; 0: it is none */
	bool constant;	/* an IN parameter */
	bool located;	/* a LOB, where it lies being beside it (plsql_lob.c) */
	const struct plsql_type *collection; /* NULL: it is none */
	struct plsql_field *parameter;	     /* of a cursor, with defaults */
	const struct plsql_type *row;	     /* of a record whose fields are known */
	const char *text;		     /* PostgreSQL's type, with its length */
	const char *bounded; /* of a block's integer the type that refuses what lies outside */
	const char *
		state; /* of a package or a frame: what rh.state_get() finds it by; NULL: a block's */
	uint32_t at;   /* where it is declared */
	unsigned level; /* of the subprogram that declares it */
};

/* A block with a label: what it declares, as label.name. */
struct plsql_label {
	const struct plsql_label *next;
	const char *name;
	const struct plsql_variable *first, *end;
};

/* A package by its name, as its specification says. */
struct plsql_package {
	struct plsql_package *next;
	const char *schema, *name; /* as it was looked for */
	bool is;		   /* false: there is none */
	const struct plsql_type *types;
	const struct plsql_variable *variables;
	const char *cursors; /* their declarations */
};

/* What a unit that is being made took from tables and units (plsql_depend.c). */
struct plsql_reads {
	struct cw_wr shapes, units, names;
};

struct plsql {
	struct rh_session *session;
	struct cw_arena *arena;
	struct sql_parser parser;
	struct rh_error *error;
	struct cw_wr out;
	struct plsql_variable *variables;    /* the innermost first */
	struct plsql_variable *globals;	     /* of the package around */
	struct plsql_type *types;	     /* of the block, and of the package around */
	struct plsql_package *packages;	     /* that were looked for */
	struct plsql_schema_type
		*schema_types; /* the same (plsql_collection.c) */
	struct cw_wr *cursors;		     /* of the package around: their declarations */
	const struct plsql_type *query_row;  /* of the query that was read last */
	unsigned query_locks;		     /* it is FOR UPDATE: of how many tables */
	bool skips_values;		     /* of declarations */
	bool package_level;		     /* what is declared is the package's */
	const char *package_owner, *package; /* in whose body this is; NULL: in none */
	unsigned depth;
	unsigned numbers; /* blocks and loops that wanted a number of their own */
	unsigned guard;	  /* the block whose handlers get what fails here; 0: the caller */
	unsigned handler; /* the block in whose handler this is; 0: in none */
	const struct plsql_label *labels; /* of the blocks around */
	const char *label;		  /* in front of the loop or block that comes; NULL: none */
	const char *loop; /* how PL/pgSQL names the loop around, in quotes; NULL: there is none */
	const struct plsql_goto *gotos; /* the statements with labels around (plsql_goto.c) */
	bool has_goto, looked_for_goto; /* the word stands in the text */
	struct cw_wr *inits; /* of variables, where a declaration must not fail; NULL: it may */
	/* a block */
	struct plsql_bind *bind;
	uint32_t bind_count, bind_room;
	struct plsql_given *given; /* to units (plsql_fit.h) */
	bool ends;    /* transactions, by COMMIT, ROLLBACK or a unit that does */
	bool commits; /* calls a package that commits */
	bool is_anonymous;
	bool located_lobs; /* what is no variable with its place beside it may hold a LOB that lies in a row */
	bool writes_lobs; /* by DBMS_LOB */
	/* the body of a trigger */
	const char *new_name, *old_name; /* NULL: not a trigger */
	const struct sql_relation *row;	 /* whose rows they are */
	bool row_is_there;		 /* :NEW and :OLD mean something */
	bool row_is_written;		 /* AFTER: :NEW cannot be changed */
	bool in_when;			 /* correlation names stand without a colon */
	/* the body of a stored unit */
	const char *unit_kind, *unit_schema,
		*unit_name; /* what is being made; NULL: nothing that may be INVALID */
	uint32_t unit_at;   /* where its text begins */
	bool unit_replaces;
	bool made_invalid;	   /* with compilation errors */
	struct plsql_reads *reads; /* NULL: nobody notes them */
	struct plsql *outer_unit;  /* for whose sake this one is made */
	bool autonomous;	   /* its pragma stands in the declarations */
	bool starts_package;	   /* it is what a package begins with */
	bool at_declarations;	   /* they stand without DECLARE */
	const char *returns;	   /* what RETURN of a trigger says; NULL: as it is written */
	/* local subprograms (plsql_local.c) */
	struct plsql_local *locals; /* that are declared, the innermost first */
	struct plsql_use *uses;	    /* the words of all that the unit has */
	bool has_locals;	    /* the unit has some */
	bool after_local; /* of these declarations one has its body: only such may follow */
	bool in_sql;	  /* of a statement of SQL's, which cannot call them */
	unsigned level;	  /* of subprograms around */
	unsigned local_numbers;
	unsigned block_number;	    /* of an anonymous block that has some */
	struct cw_wr *routines;	    /* of an anonymous block: they are made */
	struct cw_wr *routines_end; /* they go */
	const char *copy_back;	    /* to parameters, from the frame, where the call ends */
	const struct plsql_type *pipe; /* whose rows a pipelined function gives; NULL: it is none */
	bool result_comes_out; /* a function that is a procedure inside: RETURN fills its last parameter */
};

void plsql_init(struct plsql *pl, struct rh_session *session, struct cw_arena *arena,
		const char *sql, size_t len, struct rh_error *error);
void plsql_release(struct plsql *pl);

/* BEGIN ... END or DECLARE ... END at the present token, into pl->out. */
bool plsql_translate_block(struct plsql *pl);

/* The body of a trigger behind its header; @returns is written where it ends. */
bool plsql_translate_body(struct plsql *pl, const char *returns);

/* The same of a compound trigger's section, behind IS; what follows its END and a word is left. */
bool plsql_translate_section(struct plsql *pl, const char *returns);

/* The body of a procedure or function, behind IS. */
bool plsql_translate_unit(struct plsql *pl);
/* The same of a package; the ';' behind it is left. */
bool plsql_translate_subprogram(struct plsql *pl);
#define PLSQL_RESULT "\"r$\""

/* NUMBER, t.c%TYPE, t%ROWTYPE, BOOLEAN, PLS_INTEGER at the present token. */
bool plsql_write_type(struct plsql *pl, struct plsql_variable *variable, struct cw_wr *out);

/* ---- plsql_stored.c ------------------------------------------------------------- */

enum plsql_verb { PLSQL_CREATE, PLSQL_ALTER, PLSQL_DROP };

/* At PROCEDURE or FUNCTION; @sql: the whole text. */
bool plsql_stored_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		      uint16_t *ret_sql_type);
/* An expression at the present token, written to @out. */
bool plsql_write_expr(struct plsql *pl, struct cw_wr *out);

#endif
