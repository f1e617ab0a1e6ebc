"""tools_ask.py - what DBeaver asks Oracle's dictionary by itself, and what it has to learn of the schema of 19_dictionary.py

Of its Oracle plugin (org.jkiss.dbeaver.ext.oracle, model) each question is kept: which views, joined and filtered how; the words are ours.
A row of the table: the question, the columns that are looked at, and their rows.  :o is the schema, :t the table.
"""
MINE = "owner = :o"
COLUMNS_OF_KEY = ("(select listagg(column_name || ':' || position, ',') within group (order by \"POSITION\") from all_cons_columns col "
                  "where col.owner = :o and col.table_name = :t and col.constraint_name = c.constraint_name group by constraint_name) names")

ASKED = [
    # who is asked, and may everything be seen
    ("select 1 x from sys.dba_users where 1 <> 1", "x", []),
    ("select 1 x from all_all_tables where 1 <> 1", "x", []),
    ("select 'YES' x from user_role_privs where granted_role = 'DBA'", "x", [("YES",)]),
    ("select sys_context( 'USERENV', 'CURRENT_SCHEMA' ) x from dual", "x", [("SYSTEM",)]),
    # schemas, users, roles, rights
    ("select u.* from sys.dba_users u where (u.username in (select distinct owner from sys.dba_objects)) order by username",
     "username account_status default_tablespace", [("TOOL", "OPEN", "USERS")]),
    ("select * from sys.dba_users order by username", "username", [("SYS",), ("SYSTEM",), ("TOOL",)]),
    ("select * from dba_roles order by role", "role", [("CONNECT",), ("DBA",), ("RESOURCE",)]),
    ("select distinct profile from dba_profiles order by profile", "profile", [("DEFAULT",)]),
    ("select * from dba_role_privs where grantee = :o order by granted_role", "granted_role admin_option", [("CONNECT", "NO"), ("RESOURCE", "NO")]),
    ("select * from dba_role_privs where granted_role = 'DBA' order by grantee", "grantee", [("SYS",), ("SYSTEM",)]),
    ("select * from dba_sys_privs where grantee = :o order by privilege", "privilege",
     [("CREATE SYNONYM",), ("CREATE VIEW",), ("UNLIMITED TABLESPACE",)]),
    ("select p.*, o.object_type from dba_tab_privs p, dba_objects o where p.grantee = :o and o.owner = p.owner and o.object_name = p.table_name "
     "and o.object_type <> 'PACKAGE BODY'", "grantee", None),
    ("select p.* from dba_tab_privs p where p.owner = :o and p.table_name = :t", "grantee privilege", [("SYSTEM", "SELECT")]),
    # tablespaces and segments
    ("select * from sys.dba_tablespaces order by tablespace_name", "tablespace_name contents", [("TEMP", "TEMPORARY"), ("USERS", "PERMANENT")]),
    ("select * from sys.dba_data_files where tablespace_name = 'USERS' order by file_name", "tablespace_name status", [("USERS", "AVAILABLE")]),
    ("select * from sys.dba_temp_files where tablespace_name = 'TEMP' order by file_name", "tablespace_name", [("TEMP",)]),
    ("select segment_name, sum(bytes) table_size from sys.dba_segments s where s.segment_type = 'TABLE' and s.owner = :o group by segment_name",
     "segment_name", [("DEPT",), ("EMP",)]),
    ("select * from sys.dba_segments where tablespace_name = 'USERS' order by segment_name", "segment_name segment_type",
     [("EMP_NAME", "INDEX"), ("SALES", "TABLE PARTITION")]),
    ("select * from (select sum(f.bytes) available_space from sys.dba_data_files f where f.tablespace_name = 'USERS') a, "
     "(select sum(s.bytes) used_space from sys.dba_segments s where s.tablespace_name = 'USERS') b", "available_space used_space", None),
    # tables, views, their columns
    ("select /*+RULE*/ o.*, t.table_type_owner, t.table_type, t.tablespace_name, t.partitioned, t.iot_type, t.temporary, t.nested, t.num_rows "
     "from sys.all_objects o, sys.all_all_tables t where t.owner(+) = o.owner and t.table_name(+) = o.object_name and o.owner = :o and "
     "o.object_type in ('TABLE', 'VIEW', 'MATERIALIZED VIEW')", "object_name object_type partitioned temporary",
     [("DEPT", "TABLE", "NO", "N"), ("DRAFT", "TABLE", "NO", "Y"), ("RICH", "VIEW", None, "N"), ("SALES", "TABLE", "YES", "N")]),
    ("select * from (select t.owner, t.table_name as object_name, 'TABLE' as object_type, 'VALID' as status, t.partitioned, t.nested, t.num_rows "
     "from sys.all_all_tables t where t.owner = :o and nested = 'NO' union all select o.owner, o.object_name, 'VIEW' as object_type, o.status, "
     "'NO', 'NO', 0 from sys.all_objects o where o.owner = :o and o.object_type = 'VIEW') where object_name = :t", "object_type status",
     [("TABLE", "VALID")]),
    ("select /*+RULE*/ c.*, c.table_name as object_name from sys.all_tab_cols c where c.owner = :o and c.table_name = :t order by c.table_name, "
     "c.column_id", "column_name data_type nullable data_default",
     [("ID", "NUMBER", "N", None), ("NAME", "VARCHAR2", "Y", None), ("RESUME", "CLOB", "Y", None), ("HIRED", "DATE", "Y", "sysdate")]),
    ("select comments from sys.all_tab_comments where owner = :o and table_name = :t and table_type = 'TABLE'", "comments", [("people",)]),
    ("select column_name, comments from sys.all_col_comments cc where cc.owner = :o and cc.table_name = :t", "column_name comments",
     [("ID", None), ("NAME", "full name")]),
    ("select text, type_text, oid_text, view_type_owner, view_type, superview_name from sys.all_views where owner = :o and view_name = 'RICH'",
     "text", [("select id, name from emp where salary > 1000",)]),
    ("select a.*, h.stats_update_time from sys.all_all_tables a, all_tab_stats_history h where h.owner(+) = a.owner and "
     "h.table_name(+) = a.table_name and a.owner = :o and a.table_name = :t", "table_name", [("EMP",)]),
    # keys
    (f"select c.table_name, c.constraint_type, c.status, c.search_condition, {COLUMNS_OF_KEY} from sys.all_constraints c where "
     "c.constraint_type <> 'R' and c.owner = :o and c.table_name = :t", "constraint_type names status",
     [("C", "SALARY:", "ENABLED"), ("P", "ID:1", "ENABLED"), ("U", "NAME:1,DEPT_ID:2", "ENABLED")]),
    ("select /*+RULE*/ c.table_name, c.constraint_type, col.column_name, col.position from sys.dba_constraints c, sys.dba_cons_columns col where "
     "c.constraint_type <> 'R' and c.owner = :o and c.owner = col.owner and c.constraint_name = col.constraint_name order by "
     "c.constraint_name, col.position", "table_name constraint_type column_name", [("DEPT", "P", "ID"), ("EMP", "P", "ID"), ("EMP", "U", "DEPT_ID")]),
    (f"select c.table_name, rc.table_name as r_table_name, c.delete_rule, {COLUMNS_OF_KEY} from sys.all_constraints c left join "
     "sys.all_constraints rc on rc.owner = c.r_owner and rc.constraint_name = c.r_constraint_name and rc.constraint_type = 'P' where "
     "c.owner = :o and c.table_name = :t and c.constraint_type = 'R'", "r_table_name delete_rule names", [("DEPT", "CASCADE", "DEPT_ID:1")]),
    ("select /*+RULE*/ c.table_name, rc.table_name as r_table_name, c.delete_rule, col.column_name, col.position from sys.dba_constraints c, "
     "sys.dba_cons_columns col, sys.dba_constraints rc where c.constraint_type = 'R' and c.owner = :o and c.owner = col.owner and "
     "c.constraint_name = col.constraint_name and rc.owner = c.r_owner and rc.constraint_name = c.r_constraint_name order by 1", "r_table_name "
     "column_name", [("DEPT", "DEPT_ID")]),
    ("select owner, table_name, constraint_type from sys.all_constraints where upper(constraint_name) like '%' and constraint_type <> 'R' and "
     "owner = :o", "table_name constraint_type", [("DEPT", "C"), ("DEPT", "P"), ("EMP", "U")]),
    ("select /*+RULE*/ i.owner, i.index_name, i.index_type, i.uniqueness, i.status, ic.column_name, ic.column_position, ic.descend, "
     "iex.column_expression from sys.all_indexes i join sys.all_ind_columns ic on i.owner = ic.index_owner and i.index_name = ic.index_name left "
     "join sys.all_ind_expressions iex on iex.index_owner = i.owner and iex.index_name = i.index_name and iex.column_position = "
     "ic.column_position where i.table_owner = :o and i.table_name = :t order by i.index_name, ic.column_position",
     "index_type uniqueness column_expression descend",
     [("FUNCTION-BASED NORMAL", "NONUNIQUE", '"SALARY"', "DESC"),
      ("NORMAL", "UNIQUE", None, "ASC")]),
    # the rest of a schema
    (f"select /*+RULE*/ * from sys.all_types where {MINE} order by type_name", "type_name", []),
    ("select /*+RULE*/ * from sys.dba_types where owner is null order by type_name", "type_name", None),
    ("select /*+RULE*/ * from sys.all_sequences where sequence_owner = :o order by sequence_name", "sequence_name last_number increment_by",
     [("IDS", 5, 1)]),
    (f"select /*+RULE*/ * from sys.all_queues where {MINE} order by name", "name", []),
    (f"select /*+RULE*/ * from sys.all_objects where object_type in ('PROCEDURE', 'FUNCTION') and {MINE} order by object_name",
     "object_name object_type status", [("ALONE", "PROCEDURE", "VALID"), ("NOOP", "PROCEDURE", "VALID"), ("TWICE", "FUNCTION", "VALID")]),
    (f"select /*+RULE*/ * from sys.all_objects where object_type = 'PACKAGE' and {MINE} order by object_name", "object_name", [("PACK",)]),
    ("select owner, synonym_name, max(table_owner) as table_owner, max(table_name) as table_name, max(db_link) as db_link, max(object_type) as "
     "object_type from (select s.*, null object_type from sys.all_synonyms s where s.owner = :o union all select s.*, o.object_type from "
     "sys.all_synonyms s, sys.all_objects o where s.owner = :o and o.object_type not in ('JAVA CLASS', 'PACKAGE BODY') and o.owner = "
     "s.table_owner and o.object_name = s.table_name and o.subobject_name is null) group by owner, synonym_name order by synonym_name",
     "synonym_name table_name object_type", [("PEOPLE", "EMP", "TABLE")]),
    (f"select * from sys.all_db_links where {MINE} order by db_link", "db_link", []),
    (f"select * from sys.all_triggers where {MINE} and trim(base_object_type) in ('DATABASE', 'SCHEMA') order by trigger_name", "trigger_name", []),
    ("select /*+RULE*/ t.*, c.*, c.column_name as trigger_column_name from sys.all_triggers t, sys.all_trigger_cols c where t.table_owner = :o and "
     "t.table_name = :t and t.base_object_type = 'TABLE' and t.table_owner = c.table_owner(+) and t.table_name = c.table_name(+) and t.owner = "
     "c.trigger_owner(+) and t.trigger_name = c.trigger_name(+) order by t.trigger_name", "trigger_name triggering_event trigger_column_name",
     [("EMP_BI", "INSERT OR UPDATE", "NAME")]),
    (f"select * from sys.all_java_classes where {MINE}", "name", []),
    (f"select * from sys.all_scheduler_jobs where {MINE} order by job_name", "job_name", []),
    (f"select * from sys.all_scheduler_programs where {MINE} order by program_name", "program_name", []),
    (f"select * from sys.dba_recyclebin where {MINE}", "object_name", []),
    ("select * from sys.dba_jobs order by job", "job", []),
    # routines
    (f"select * from sys.all_arguments where {MINE} and object_name = 'NOOP' and package_name is null and overload is null order by sequence",
     "argument_name in_out data_type", [("N", "IN/OUT", "NUMBER"), ("T", "IN", "VARCHAR2"), ("C", "OUT", "REF CURSOR")]),
    ("select p.*, case when a.data_type is null then 'PROCEDURE' else 'FUNCTION' end as procedure_type from all_procedures p left outer join "
     "all_arguments a on a.owner = p.owner and a.package_name = p.object_name and a.object_name = p.procedure_name and a.argument_name is null "
     "and a.data_level = 0 where p.owner = :o and p.object_name = 'PACK' order by p.procedure_name", "procedure_name subprogram_id overload",
     [(None, 0, None), ("ONE", 1, "1"), ("ONE", 2, "2"), ("TWO", 3, None)]),
    ("select text from sys.dba_source where type = 'FUNCTION' and owner = :o and name = 'TWICE' order by line", "text", None),
    ("select status from sys.dba_objects where object_type = 'TABLE' and owner = :o and object_name = :t", "status", [("VALID",)]),
    # partitions
    (f"select * from all_part_tables where {MINE} and table_name = 'SALES'", "partitioning_type partition_count", [("RANGE", 2)]),
    ("select column_name, 'PART' as type from sys.all_part_key_columns where object_type = 'TABLE' and owner = :o and name = 'SALES' union all "
     "select column_name, 'SUBPART' as type from sys.all_subpart_key_columns where object_type = 'TABLE' and owner = :o and name = 'SALES'",
     "column_name type", [("DAY", "PART")]),
    ("select * from sys.all_tab_partitions where table_owner = :o and table_name = 'SALES' order by partition_position",
     "partition_name partition_position", [("OLD", 1), ("REST", 2)]),
    # a search, sessions
    ("select /*+RULE*/ distinct owner, object_name, object_type from (select owner, object_name, object_type from sys.all_objects where object_type "
     "in ('TABLE', 'VIEW') and upper(object_name) like 'E%' and rownum <= 200 and owner = :o union all select /*+RULE*/ o.owner, o.object_name, "
     "o.object_type from sys.all_synonyms s, sys.all_objects o where o.owner = s.table_owner and o.object_name = s.table_name and o.object_type "
     "<> 'JAVA CLASS' and upper(s.synonym_name) like 'P%' and o.owner = :o) order by object_name", "object_name object_type", [("EMP", "TABLE")]),
    ("select atc.owner, atc.table_name, atc.table_type from all_tab_comments atc where upper(atc.comments) like '%PEOPLE%' and atc.owner = :o order "
     "by atc.table_name", "table_name", [("EMP",)]),
    ("select s.*, sq.sql_text as sql_fulltext, io.* from gv$session s, gv$sql sq, gv$sess_io io where s.sql_address = sq.address(+) and "
     "s.sql_hash_value = sq.hash_value(+) and s.sql_child_number = sq.child_number(+) and io.sid(+) = s.sid and s.inst_id = sq.inst_id(+) and "
     "io.inst_id(+) = s.inst_id and s.type = 'USER' order by s.sid", "username", [("SYSTEM",), ("TOOL",)]),
    # object types, of which there are none
    (f"select elem_type_owner, elem_type_name, elem_type_mod from sys.all_coll_types where {MINE} and type_name = :t", "elem_type_name", []),
    (f"select * from sys.all_type_attrs where {MINE} and type_name = :t order by attr_no", "attr_name", []),
    ("select m.*, r.result_type_owner, result_type_name, result_type_mod from sys.all_type_methods m left outer join sys.all_method_results r on "
     "r.owner = m.owner and r.type_name = m.type_name and r.method_name = m.method_name and r.method_no = m.method_no where m.owner = :o and "
     "m.type_name = :t order by m.method_no", "method_name", []),
]


def wrong_answers(db, owner, table):
    """[what is wrong] of all answers: rows that are missing, or a refusal; [] wants none, None wants no error."""
    wrong = []
    for statement, columns, wanted in ASKED:
        cursor = db.cursor()
        binds = {name: value for name, value in (("o", owner), ("t", table)) if f":{name}" in statement.replace(":o ", ":o").lower()}
        try:
            cursor.execute(statement, binds)
            names = [column[0] for column in cursor.description]
            places = [names.index(name.upper()) for name in (columns or "").split()]
            told = [tuple(row[place] for place in places) for row in cursor]
        except Exception as error:  # whatever the driver throws is a finding
            wrong.append(f"{statement[:90]}: {error}")
            continue
        if wanted == [] and told or wanted and not set(wanted) <= set(told):
            wrong.append(f"{statement[:90]}: wanted {wanted}, got {told[:12]}")
    return wrong
