/*
 * sql_tree.h - a statement of Oracle's SQL as a small tree
 *
 * Everything lives in the arena the parser was given.  Lists are chained by
 * next.  The resolver (sql_resolve.h) fills what is marked so; the printer turns
 * the tree into PostgreSQL's SQL.
 */
#ifndef CW_REHEARSAL_SQL_TREE_H
#define CW_REHEARSAL_SQL_TREE_H

#include "rehearsal/engine.h"

#define SQL_NAME_PARTS 16 /* table.column.field.field ... */
#define SQL_RELIDS_MAX 64

struct sql_name {
	uint8_t count; /* of parts, the last is the object's own */
	bool quoted;   /* the last part was "quoted" */
	const char *part[SQL_NAME_PARTS];
	const char *link; /* @dblink, NULL: none */
	const char *partition; /* PARTITION (p) of a table in FROM, NULL: not said */
	uint32_t at;
	const char *sql; /* the statement's text: fields of JSON are spelled as there */
};

enum sql_expr_kind {
	X_NULL,
	X_NUMBER,    /* text */
	X_STRING,    /* text, text_len; '' is X_NULL */
	X_DATE,	     /* DATE '...': text */
	X_TIMESTAMP, /* TIMESTAMP '...': text */
	X_INTERVAL,  /* INTERVAL '...' DAY [TO ...]: text, unit, unit_to; leading: digits of unit */
	X_BIND,	     /* text: name without colon; name: .field parts behind it (:NEW.id) */
	X_NAME,	     /* dotted name; resolved: from + column, or kind changes */
	X_STAR,	     /* *, or name.* */
	X_CALL,	     /* name(args); also SYSDATE and its like once resolved */
	X_NAMED_ARG, /* name => arg (PL/SQL) */
	X_UNARY,     /* op: "-", "+", "NOT", "PRIOR" */
	X_BINARY,    /* op: "+", "||", "=", "AND" ... */
	X_CASE,	     /* arg: [operand,] then WHEN, THEN pairs; see has_operand, has_else */
	X_IN,	     /* arg[0] [NOT] IN (rest) or query */
	X_EXISTS,    /* query */
	X_CURSOR,    /* CURSOR(select ...): an item of a query */
	X_BETWEEN,   /* three args */
	X_LIKE,	     /* two or three (escape) args */
	X_MEMBER,    /* arg [NOT] MEMBER OF arg */
	X_IS_NULL,   /* one arg */
	X_ROW,	     /* (a, b, ...) */
	X_QUERY,     /* (select ...) */
	X_QUANTIFIED, /* arg[0] op ANY|ALL (query or rest); text: "ANY" or "ALL" */
	X_CAST,	      /* CAST(arg AS type) */
	X_COLLECTED,  /* CAST({COLLECT(arg order) | MULTISET(query) | arg} AS name): op names which */
	X_EXTRACT,    /* EXTRACT(text FROM arg) */
	X_AT_ZONE,    /* arg AT TIME ZONE arg */
	X_ROWNUM,
	X_TREE, /* LEVEL, CONNECT_BY_ISLEAF, resolved: text is the column of sql_hierarchy.c */
	X_ROWID,     /* resolved: from */
	X_SEQUENCE,  /* text: NEXTVAL or CURRVAL; relation */
	X_DEFAULT,   /* DEFAULT in INSERT or UPDATE */
	X_GROUPING,  /* in GROUP BY: text ROLLUP, CUBE, GROUPING SETS or "" and its args */
	X_ATTRIBUTE, /* PL/SQL: SQL%ROWCOUNT, cursor%FOUND: name, text */
	X_FIELD,     /* PL/SQL: arg.text behind a parenthesis */
	X_ITEM,	     /* PL/SQL: arg(next) behind a parenthesis or a field */
};

/* What a value is, as far as the resolver knows. */
enum sql_type {
	SQL_ANY,
	SQL_NUMBER,
	SQL_TEXT,
	SQL_CHAR, /* blank padded */
	SQL_DATE,
	SQL_TIMESTAMP,
	SQL_TIMESTAMP_TZ,
	SQL_INTERVAL,
	SQL_RAW,
	SQL_BOOL,
	SQL_CLOB,
	SQL_BLOB,
	SQL_TIMESTAMP_LTZ,
	SQL_INTERVAL_YM, /* SQL_INTERVAL is DAY TO SECOND */
	SQL_FLOAT,	 /* BINARY_FLOAT */
	SQL_DOUBLE,
	SQL_JSON, /* the binary type, from 21c on */
	SQL_XML,  /* XMLTYPE */
};

/* Where a LOB lies. */
enum sql_home {
	SQL_HOME_ANY, /* not known */
	SQL_HOME_NONE,
	SQL_HOME_ROW, /* comes with where it lies: see lob.h */
};

static inline bool sql_is_time(uint8_t type)
{
	return type == SQL_DATE || type == SQL_TIMESTAMP || type == SQL_TIMESTAMP_TZ ||
	       type == SQL_TIMESTAMP_LTZ;
}

static inline bool sql_is_interval(uint8_t type)
{
	return type == SQL_INTERVAL || type == SQL_INTERVAL_YM;
}

static inline bool sql_is_real(uint8_t type)
{
	return type == SQL_FLOAT || type == SQL_DOUBLE;
}

static inline bool sql_is_lob(uint8_t type)
{
	return type == SQL_CLOB || type == SQL_BLOB;
}

struct sql_type_name {
	uint8_t ora_type; /* enum cw_ora_type; 0: %TYPE or a name */
	int16_t precision,
		scale; /* NUMBER, TIMESTAMP; of an INTERVAL the leading field's, and the fraction's */
	int16_t float_bits; /* FLOAT: its precision; 0: none */
	bool any_precision; /* NUMBER(*,s), INTEGER: 38, which the dictionary leaves out */
	uint32_t length;
	char char_used;	      /* 'B', 'C', 0: not said */
	bool national;	      /* NVARCHAR2, NCHAR, NCLOB: of the national character set */
	struct sql_name name; /* of a type that is not built in, or %TYPE */
	bool percent_type, percent_rowtype;
	uint32_t at;
};

struct sql_query;
struct sql_from;
struct sql_relation;
struct sql_collection;

struct sql_order {
	struct sql_order *next;
	struct sql_expr *expr;
	bool descending;
	int8_t nulls; /* 0 not said, 1 FIRST, 2 LAST */
};

/* A bound of a window: UNBOUNDED, CURRENT ROW, or so many rows or so much of the value away. */
struct sql_bound {
	bool current, following;
	struct sql_expr *offset; /* NULL: unbounded, unless current */
};

struct sql_over {
	struct sql_expr *partition;
	struct sql_order *order;
	bool framed, rows, between; /* ROWS or RANGE: @from, or from there to @to */
	struct sql_bound from, to;
};

/* What a JSON function says besides its arguments. */
struct sql_json_call {
	bool absent;			 /* ABSENT ON NULL */
	bool strict;			 /* STRICT: what comes out has to be JSON */
	bool scalars;			 /* JSON_QUERY takes a scalar as it is */
	uint32_t bytes;			 /* of the VARCHAR2 that comes out; 0: any number */
	const char *wrap;		 /* of JSON_QUERY: WITHOUT, CONDITIONAL or WITH */
	const char *on_error, *on_empty; /* NULL, ERROR, ARRAY or OBJECT */
};

struct sql_expr {
	enum sql_expr_kind kind;
	uint8_t type; /* enum sql_type, resolved */
	bool negated, distinct, outer_join, has_operand, has_else, star_arg, parenthesised;
	uint32_t at, end;      /* offsets into the text */
	struct sql_expr *next; /* of a list */
	const char *op;
	const char *text;
	uint32_t text_len;
	struct sql_name name;
	uint32_t count;
	struct sql_expr *arg; /* chained, count of them */
	struct sql_query *query;
	struct sql_type_name *cast;
	struct sql_over *over;
	struct sql_order *order; /* WITHIN GROUP or KEEP order */
	char keep; /* KEEP (DENSE_RANK ...): 'F' FIRST, 'L' LAST */
	const char *overflow; /* LISTAGG: what a list that is cut ends with; NULL: it is an error */
	bool uncounted;	      /* and not with how many are missing */
	const struct sql_json_call *json; /* of a JSON function; NULL: none */
	uint8_t home; /* enum sql_home: of a LOB that PL/SQL selects, and of where it goes */
	bool is_json; /* FORMAT JSON, or a JSON function's result: goes into JSON as it is */
	const char *unit, *unit_to;
	int16_t leading, fraction; /* of an interval literal */
	/* resolved */
	struct sql_from *from;
	uint32_t column; /* index into from's columns */
	const struct sql_relation *relation;
	const struct sql_unit *unit_called; /* a stored function; NULL: none (sql_unit.h) */
	const struct sql_collection *collection; /* it is one; a call that calls no function makes it */
	struct sql_expr *number_before; /* X_SEQUENCE: of the same statement */
	uint32_t number_place; /* X_SEQUENCE: which of several in a row that are one number, from 1; 0: alone */
	const char *printed; /* PostgreSQL text that stands for it (PL/SQL variables) */
};

enum sql_join { J_COMMA, J_INNER, J_LEFT, J_RIGHT, J_FULL, J_CROSS, J_APPLY }; /* J_APPLY: OUTER APPLY */

/* One column that a FROM item offers. */
struct sql_column {
	const char *name;
	uint8_t type;		  /* enum sql_type */
	bool hidden;		  /* not part of * */
	uint8_t ora_type;	  /* 0 if it is no column of a table */
	int16_t precision, scale; /* as in struct sql_type_name; FLOAT(p): p without a scale */
	uint32_t byte_length, char_length;
	char char_used;
	bool national; /* text of the national character set */
	bool nullable;
	int16_t attnum;
	bool invisible; /* INVISIBLE: only where it is named */
	bool json_text; /* a check says IS JSON */
	const struct sql_query *cursor; /* of a CURSOR(...): its query; NULL: it is none */
	char generated; /* 'V' virtual, 'A' and 'D' identity ALWAYS and BY DEFAULT, 0: neither */
};

/* A table, view or sequence as the catalog knows it. */
struct sql_relation {
	uint32_t oid;
	char kind; /* pg_class.relkind: r v f S m */
	const char *schema, *name;
	bool has_rowid; /* hidden column "ROWID$" */
	bool read_only; /* a view WITH READ ONLY */
	bool temporary; /* each session sees its own rows */
	bool partitioned;
	const char *condition; /* on rows of the partition that was named; NULL: all */
	uint32_t column_count;
	const struct sql_column *column;
};

/* A column of JSON_TABLE, or those of a NESTED PATH. */
struct sql_json_column {
	struct sql_json_column *next, *nested;
	const char *name, *path; /* path NULL: FOR ORDINALITY */
	struct sql_expr *value;	 /* cast to the column's type */
	bool exists;
	uint32_t level; /* of NESTED: which it is, from 1 */
};

struct sql_from {
	struct sql_from *next;
	uint32_t at;
	struct sql_expr *json; /* JSON_TABLE: the document, NULL: none */
	const char *json_path;
	struct sql_json_column *json_column;
	struct sql_expr *collection;   /* TABLE (...): whose elements are the rows; NULL: none */
	struct sql_name name;	       /* of a table */
	struct sql_query *query;       /* or a subquery */
	bool lateral;		       /* which sees the tables before it */
	struct sql_pivot *pivot;       /* PIVOT of another, which becomes query: sql_pivot.h */
	struct sql_from *left, *right; /* or a join of two */
	enum sql_join join;
	struct sql_expr *on;
	const char *const *using_name;
	uint32_t using_count;
	bool natural;
	const char *alias;
	struct sql_expr *as_of; /* AS OF SCN|TIMESTAMP expr */
	bool as_of_timestamp;
	struct sql_expr *sample;
	/* resolved */
	const struct sql_relation *relation;
	struct sql_query *with; /* a name of the WITH clause */
	const char *label;	/* what it is called in the printed text */
	uint32_t column_count;
	const struct sql_column *column;
	bool used;  /* some column of it is named */
	bool outer; /* has (+) */
};

struct sql_item {
	struct sql_item *next;
	struct sql_expr *expr;
	const char *alias; /* NULL: none given */
	bool alias_quoted;
	const char *name; /* resolved: how the column is called */
};

struct sql_select {
	uint32_t at;
	bool distinct;
	struct sql_item *item;
	struct sql_expr *into; /* PL/SQL: SELECT ... INTO targets */
	bool bulk_into;
	struct sql_from *from; /* chained by comma */
	struct sql_expr *where, *group, *having;
	struct sql_expr *levels; /* of DUAL: CONNECT BY LEVEL <= levels; NULL: none */
	bool levels_less;	 /* it was LEVEL < levels */
	struct sql_hierarchy *hierarchy; /* START WITH and CONNECT BY; NULL: none */
	bool names_groups; /* GROUP BY and HAVING know aliases: since 23ai */
	/* resolved */
	bool aggregated, rownum_used;
	bool numbered;		/* ROWNUM is a column of its rows, which are gathered */
	bool plain_types;	/* it begins a recursion: numbers and texts without a length */
	struct sql_expr *limit; /* taken out of WHERE ROWNUM <= n */
	bool limit_less;	/* it was ROWNUM < n */
};

struct sql_with {
	struct sql_with *next;
	const char *name;
	uint32_t at;
	const char *const *column;
	uint32_t column_count;
	struct sql_query *query;
	bool recursive; /* resolved: it may read itself */
};

struct sql_query {
	uint32_t at, end;
	struct sql_with *with;
	/* a block, or left set_op right */
	struct sql_select *select;
	const char *set_op; /* UNION, UNION ALL, INTERSECT, MINUS */
	struct sql_query *left, *right;
	struct sql_order *order; /* ORDER SIBLINGS BY goes to the hierarchy */
	struct sql_expr *offset, *fetch;
	bool fetch_clause, fetch_percent, fetch_ties;
	bool for_update, nowait, skip_locked;
	struct sql_expr *wait;
	struct sql_expr *for_update_of;
	/* resolved */
	uint32_t column_count;
	const struct sql_column *column;
};

struct sql_set {
	struct sql_set *next;
	struct sql_expr *column; /* X_NAME; or X_ROW of them for (a, b) = (select ...) */
	struct sql_expr *value;
};

struct sql_returning {
	struct sql_expr *expr; /* list */
	struct sql_expr *into; /* binds, or PL/SQL targets */
	bool bulk;
};

/* One more row of INSERT: of several VALUES (...), (...), or of INSERT ALL from DUAL. */
struct sql_values {
	struct sql_values *next;
	struct sql_expr *value;
};

enum sql_stmt_kind {
	S_SELECT,
	S_INSERT,
	S_UPDATE,
	S_DELETE,
	S_MERGE,
	S_LOCK,
	S_SAVEPOINT,
	S_ROLLBACK_TO,
	S_COMMIT,
	S_FORCE,
	S_ROLLBACK,
	S_SET_TRANSACTION,
	S_SET_CONSTRAINTS,
	S_CREATE_TABLE,
	S_ALTER_TABLE,
	S_DROP_TABLE,
	S_CREATE_INDEX,
	S_ALTER_INDEX,
	S_DROP_INDEX,
	S_CREATE_SEQUENCE,
	S_ALTER_SEQUENCE,
	S_DROP_SEQUENCE,
	S_CREATE_VIEW,
	S_ALTER_VIEW,
	S_DROP_VIEW,
	S_CREATE_MVIEW,
	S_DROP_MVIEW,
	S_CREATE_SYNONYM,
	S_DROP_SYNONYM,
	S_COMMENT,
	S_TRUNCATE,
	S_ALTER_SESSION,
	S_RENAME,
	S_PLSQL,     /* text goes to rh_plsql_parse() */
	S_PLSQL_DDL, /* text goes to rh_plsql_ddl() */
	S_ADMIN,     /* text goes to rh_admin_statement() */
};

enum sql_constraint_kind {
	C_NOT_NULL,
	C_NULL,
	C_PRIMARY,
	C_UNIQUE,
	C_FOREIGN,
	C_CHECK,
};

/* Where and how rows lie, as far as it was said: 0 and NULL are not. */
struct sql_physical {
	char logging, cached, row_movement, reversed; /* 'Y', 'N' */
	const char *compress;			      /* NONE, BASIC, ADVANCED */
	const char *degree, *instances;		      /* of parallel work: a number or DEFAULT */
	const char *pct_free, *pct_used, *ini_trans, *tablespace;
};

struct sql_constraint {
	struct sql_constraint *next;
	enum sql_constraint_kind kind;
	const char *name; /* NULL: generated */
	uint32_t at;
	const char *const *column;
	uint32_t column_count;
	struct sql_name ref;
	const char *const *ref_column;
	uint32_t ref_column_count;
	enum { REF_NONE, REF_CASCADE, REF_SET_NULL } on_delete;
	struct sql_expr *check;
	const char *check_text; /* as it was written */
	const char *index_name; /* USING INDEX name; NULL: not said */
	struct sql_stmt *index;	/* USING INDEX (CREATE INDEX ...); NULL: not said */
	struct sql_physical physical; /* of its index */
	bool deferrable, initially_deferred, disabled, novalidate, rely, index_local;
};

struct sql_column_def {
	struct sql_column_def *next;
	const char *name;
	uint32_t at;
	struct sql_type_name *type; /* NULL in MODIFY without one */
	struct sql_expr *default_value;
	const char *default_text; /* as it was written */
	bool default_on_null, has_default, drop_identity;
	struct sql_constraint *constraint;
	char generated; /* as in struct sql_column; 'V': default_value is the expression */
	struct sql_sequence_options *identity;
	bool invisible, visible; /* as it was said */
	const char *sequence;	 /* of an identity, once it has a name */
};

struct sql_partition {
	struct sql_partition *next;
	const char *name; /* NULL: generated */
	struct sql_expr *value; /* bounds or values; MAXVALUE and DEFAULT are X_DEFAULT */
	uint32_t count;
	bool less_than, subpartitions;
};

struct sql_partitioning {
	char kind, sub_kind; /* 'R', 'L', 'H'; 0: no subpartitions */
	const char *const *column, *const *sub_column;
	uint32_t column_count, sub_column_count;
	struct sql_expr *interval;
	const char *interval_text;
	struct sql_partition *partition;
	const char *hash_count; /* PARTITIONS n */
};

enum sql_alter_kind {
	A_ADD_COLUMN,
	A_MODIFY_COLUMN,
	A_DROP_COLUMN,
	A_RENAME_COLUMN,
	A_RENAME,
	A_ADD_CONSTRAINT,
	A_DROP_CONSTRAINT,
	A_DROP_PRIMARY,
	A_DROP_UNIQUE,
	A_RENAME_CONSTRAINT,
	A_ENABLE_CONSTRAINT,
	A_DISABLE_CONSTRAINT,
	A_ENABLE_TRIGGERS,
	A_DISABLE_TRIGGERS,
	A_SUPPLEMENTAL, /* goes to the administration */
	A_ADD_PARTITION,
	A_DROP_PARTITION,
	A_TRUNCATE_PARTITION,
	A_RENAME_PARTITION,
	A_SPLIT_PARTITION,    /* name at partition->value into names */
	A_MERGE_PARTITIONS,   /* names into new_name */
	A_EXCHANGE_PARTITION, /* name with the table other */
	A_MOVE_PARTITION,
	A_SET_UNUSED,
	A_DROP_UNUSED,
	A_READ_ONLY, /* validate: READ ONLY, else READ WRITE */
	A_PHYSICAL, /* LOGGING, CACHE, PARALLEL, MOVE ...: told by the dictionary, nothing else is done */
};

struct sql_alter {
	struct sql_alter *next;
	enum sql_alter_kind kind;
	uint32_t at;
	struct sql_column_def *column;
	struct sql_constraint *constraint;
	const char *name, *new_name;
	const char *const *names;
	uint32_t name_count;
	bool cascade, validate;
	char index; /* of a key that is dropped or disabled: 'K' is kept, 'D' dropped, 0: not said */
	struct sql_partition *partition;
	struct sql_from *other;
	struct sql_physical physical;
};

struct sql_sequence_options {
	bool has_start, has_increment, has_cache, has_min, has_max, has_cycle, has_order, restart;
	bool no_min, no_max, cycle, ordered, no_cache;
	bool start_limit; /* START WITH LIMIT VALUE: of an identity, what its rows go up to */
	const char *start, *increment, *cache, *min, *max; /* numbers as written, with sign */
};

/* How an index looks, as far as it was said: 0 is not. */
struct sql_index_looks {
	char visible;	 /* 'V', 'I' */
	char usable;	 /* 'U' unusable, 'R' rebuilt */
	char compressed; /* 'C', 'N' */
	unsigned prefix; /* COMPRESS n */
	bool local;	 /* partitioned as its table is */
};

struct sql_stmt {
	enum sql_stmt_kind kind;
	uint16_t sql_type;	 /* V$SQLCOMMAND code */
	uint32_t at, end;	 /* of the statement in the text */
	struct sql_query *query; /* SELECT, INSERT ... SELECT, CREATE ... AS, VIEW */
	struct sql_from *target; /* of DML, LOCK, ALTER, DROP ... : name and alias */
	struct sql_expr *column; /* INSERT column list */
	struct sql_expr *value;	 /* INSERT VALUES */
	struct sql_values *more; /* rows after the first */
	struct sql_expr *record; /* PL/SQL: VALUES record, SET ROW = record; NULL: neither */
	bool insert_all;	 /* and they are one row to a sequence */
	struct sql_branch *branch; /* INSERT ALL and FIRST into several tables: sql_multi.h */
	bool insert_first;
	struct sql_set *set;
	struct sql_expr *where;
	const char *current_of; /* PL/SQL: of this cursor, a variable of PL/pgSQL once it is found; NULL: @where */
	struct sql_returning *returning;
	/* MERGE */
	struct sql_from *source;
	struct sql_expr *on;
	struct sql_set *merge_set;
	struct sql_expr *merge_update_where, *merge_delete_where, *merge_column, *merge_value,
		*merge_insert_where;
	bool merge_update, merge_insert;
	/* the rest */
	const char *name; /* savepoint; transaction in doubt; session parameter; comment's column */
	bool force_commit; /* FORCE: COMMIT, not ROLLBACK */
	const char *text; /* session parameter's value, comment, lock mode */
	struct sql_column_def *column_def;
	struct sql_constraint *constraint;
	struct sql_alter *alter;
	struct sql_order *index_column;
	struct sql_index_looks looks;
	struct sql_physical physical;
	struct sql_partitioning *partitioning;
	struct sql_sequence_options *sequence;
	struct sql_name synonym_for;
	const char *const *view_column;
	uint32_t view_column_count;
	const char *query_text;	   /* of a view, as it was written */
	const char *check_option; /* constraint's name, "": generated; NULL: none */
	bool or_replace, unique, cascade, purge, is_public, nowait, temporary,
		read_only, serializable, read_committed, force, preserve_rows, organization_index,
		bitmap, by_rowid;
	const char *wait;	       /* LOCK TABLE ... WAIT n */
	struct sql_from *more_targets; /* LOCK TABLE a, b */
	/* binds in order of appearance, chained through bind_next of the parser */
	uint32_t bind_count;
	const char **bind;	 /* names; SQL: one for each place, PL/SQL: see plsql */
	uint32_t returning_from; /* index of the first RETURNING INTO bind; bind_count: none */
	/* resolved */
	bool as_of; /* some table is AS OF */
	struct sql_expr *as_of_expr;
	bool as_of_timestamp;
	bool for_update;
	bool uses_current;	/* and some table is not */
	struct sql_expr *limit; /* of UPDATE and DELETE: WHERE ROWNUM <= n */
	bool limit_less;
	const char *sql;      /* the text it was parsed from */
	uint32_t relid_count; /* tables it names, the first of them */
	uint32_t relid[SQL_RELIDS_MAX];
	bool has_booleans; /* in a select list, too: from 23ai on */
	bool homed_lobs; /* LOBs come with where they lie: see lob.h */
	struct sql_expr *number; /* the last NEXTVAL or CURRVAL of it, chained by number_before */
};

#endif
