"""run.py - published schemas installed by their own scripts, unmodified, into a rehearsal Oracle, and crossed; writes doc/schemas.md

Nothing of them is kept here: their repositories are cloned by git, or taken from FOLDER/owner+name when --from FOLDER is given.
A statement that fails is counted and the first few are named; what has to be there afterwards is asked by a query.
"""
import argparse
import pathlib
import re
import subprocess
import sys
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "test/schemas")]
import servers  # noqa: E402
import cross  # noqa: E402
import sqlplus  # noqa: E402

import oracledb  # noqa: E402
import psycopg2  # noqa: E402

oracledb.defaults.fetch_decimals = True

# name, repository, script, user it is run as (None: SYSTEM, the script makes its own), answers, questions with their answers
SCHEMAS = [
    ("HR, human resources", "oracle-samples/db-sample-schemas", "human_resources/hr_install.sql", None, {"pass": "hr_pw1"}, [
        ("select count(*) from hr.employees", [(107,)]),
        ("select count(*) from hr.job_history", [(10,)]),
        ("select round(avg(salary), 2) from hr.emp_details_view", [(Decimal("6456.75"),)]),
        ("select department_name, count(*) from hr.employees join hr.departments using (department_id) group by department_name "
         "having count(*) > 30 order by 1", [("Sales", 34), ("Shipping", 45)]),
        ("select count(*) from all_constraints where owner = 'HR' and status = 'ENABLED' and constraint_type in ('P', 'R')", [(17,)]),
        ("select count(*) from all_objects where owner = 'HR' and status <> 'VALID'", [(0,)])]),
    ("CO, customer orders", "oracle-samples/db-sample-schemas", "customer_orders/co_install.sql", None, {"pass": "co_pw1"}, [
        ("select count(*) from co.orders", [(1950,)]),
        ("select count(*) from co.customers", [(392,)])]),
    ("SH, sales history", "oracle-samples/db-sample-schemas", "sales_history/sh_install.sql", None, {"pass": "sh_pw1"}, [
        ("select count(*) from all_tab_partitions where table_owner = 'SH'", [(35,)]),
        ("select count(*) from sh.costs partition (costs_q1_2019) where time_id >= date '2019-04-01'", [(0,)])]),
    ("Sakila", "jOOQ/sakila", "oracle-sakila-db/oracle-sakila-schema.sql", "sakila", {}, [
        ("select count(*) from all_tables where owner = 'SAKILA'", [(16,)])]),
    ("Northwind", "dshifflet/NorthwindOracle_DDL", "northwind_export.sql", "northwind", {}, [
        ("select count(*) from northwind.orders", [(830,)]),
        ("select count(*) from northwind.order_details", [(2155,)])]),
    ("Chinook", "lerocha/chinook-database", "ChinookDatabase/DataSources/Chinook_Oracle.sql", "chinook", {}, [
        ("select count(*) from chinook.track", [(3503,)]),
        ("select count(*) from chinook.playlisttrack", [(8715,)])]),
    ("Quartz", "quartz-scheduler/quartz", "quartz/src/main/resources/org/quartz/impl/jdbcjobstore/tables_oracle.sql", "quartz", {}, [
        ("select count(*) from all_tables where owner = 'QUARTZ'", [(11,)])]),
    ("Spring Batch", "spring-projects/spring-batch", "spring-batch-core/src/main/resources/org/springframework/batch/core/schema-oracle.sql",
     "batch", {}, [("select count(*) from all_sequences where sequence_owner = 'BATCH'", [(3,)])]),
    ("Spring Session", "spring-projects/spring-session",
     "spring-session-jdbc/src/main/resources/org/springframework/session/jdbc/schema-oracle.sql", "session_", {}, [
         ("select count(*) from all_tables where owner = 'SESSION_'", [(2,)])]),
    ("Flowable", "flowable/flowable-engine", "distro/sql/create/all/flowable.oracle.all.create.sql", "flowable", {}, [
        ("select count(*) from flowable.act_ge_property where name_ = 'schema.version'", [(1,)])]),
    ("Camunda", "camunda/camunda-bpm-platform", [f"engine/src/main/resources/org/camunda/bpm/engine/db/create/activiti.oracle.create.{one}.sql"
                                                  for one in ("engine", "history", "identity", "case.engine", "case.history", "decision.engine",
                                                              "decision.history")], "camunda", {}, [
        ("select count(*) from all_tables where owner = 'CAMUNDA'", [(49,)])]),
    ("inventory of Debezium's tutorial", "debezium/debezium-examples", "tutorial/debezium-with-oracle-jdbc/init/inventory.sql", "debezium", {}, [
        ("select count(*) from debezium.products", [(9,)])]),
    ("Logger", "OraOpenSource/Logger", ["source/tables/logger_prefs.sql", "source/tables/logger_logs.sql",
                                        "source/tables/logger_logs_apex_items.sql", "source/tables/logger_prefs_by_client_id.sql"], "logger", {}, [
        ("select count(*) from all_tables where owner = 'LOGGER'", [(4,)])]),
    ("payables", "dhaval-d/sample-oracle-schemas", [f"ddl/{one}.sql" for one in (
        "suppliers", "supplier_sites", "purchase_requisitions", "purchase_requisition_lines", "purchase_orders", "purchase_order_lines",
        "receiving_headers", "receiving_lines", "invoices", "invoice_lines", "payments")], "payables", {}, [
        ("select count(*) from all_tables where owner = 'PAYABLES'", [(11,)])]),
    ("countries, cities and currencies", "gvenzl/sample-data", "countries-cities-currencies/install.sql", "geo", {}, [
        ("select count(*) from geo.countries", [(196,)]),
        ("select count(*) from geo.cities", [(204,)]),
        ("select max(n) from (select count(*) n from geo.countries c join geo.regions r on r.region_id = c.region_id group by r.region_id)", [(54,)])]),
    ("Hive metastore", "apache/ambari", "ambari-server/src/main/resources/stacks/BIGTOP/3.2.0/services/HIVE/package/etc/hive-schema-0.13.0.oracle.sql",
     "hive", {}, [
         ("select count(*) from all_tables where owner = 'HIVE'", [(51,)]),
         ("select schema_version from hive.version", [("0.13.0",)])]),
    ("Openfire", "igniterealtime/Openfire", "distribution/src/database/openfire_oracle.sql", "openfire", {}, [
        ("select count(*) from all_tables where owner = 'OPENFIRE'", [(34,)]),
        ("select username from openfire.ofuser", [("admin",)])]),
    ("Activiti", "Activiti/Activiti", [f"activiti-core/activiti-engine/src/main/resources/org/activiti/db/create/activiti.oracle.create.{one}.sql"
                                       for one in ("engine", "history")], "activiti", {}, [
        ("select count(*) from all_tables where owner = 'ACTIVITI'", [(25,)])]),
    ("jBPM", "kiegroup/jbpm", "jbpm-db-scripts/src/main/resources/db/ddl-scripts/oracle/oracle-jbpm-schema.sql", "jbpm", {}, [
        ("select count(*) from all_tables where owner = 'JBPM'", [(46,)]),
        ("select count(*) from all_sequences where sequence_owner = 'JBPM'", [(34,)])]),
    ("WSO2 registry", "wso2/carbon-registry",
     "components/registry/org.wso2.carbon.registry.social.impl/src/test/resources/carbon-home/dbscripts/oracle.sql", "wso2", {}, [
         ("select count(*) from all_tables where owner = 'WSO2'", [(42,)]),
         ("select count(*) from all_triggers where owner = 'WSO2' and status = 'ENABLED'", [(33,)])]),
    ("RuoYi", "yangzongzhuan/RuoYi-Oracle", ["sql/ry_20260321.sql", "sql/quartz.sql"], "ruoyi", {}, [
        ("select count(*) from ruoyi.sys_menu", [(85,)]),
        ("select count(*) from ruoyi.sys_dict_data", [(29,)]),
        ("select max(level) from ruoyi.sys_dept start with parent_id = 0 connect by prior dept_id = parent_id", [(3,)])]),
    ("ruoyi-vue-pro", "YunaiV/ruoyi-vue-pro", "sql/oracle/ruoyi-vue-pro.sql", "yudao", {}, [
        ("select count(*) from yudao.system_menu", [(1321,)]),
        ("select count(*) from yudao.system_dict_data", [(914,)])]),
    ("library, with triggers and packages", "ralphcristofer/Oracle-SQL-Library-Management", "sql-codes/00-full-library-system.sql", "library", {}, [
        ("select count(*) from all_tables where owner = 'LIBRARY'", [(8,)]),
        ("select count(*) from library.authors", [(12,)]),
        ("select count(*) from all_objects where owner = 'LIBRARY' and status <> 'VALID'", [(0,)])]),
    ("JasperReports Server", "Zensey/jasperserver-oracle-schema", [f"oracle/{one}.sql" for one in ("js-create-oracle", "quarz", "js-default-oracle")],
     "jasper", {}, [
         ("select count(*) from all_tables where owner = 'JASPER'", [(53,)]),
         ("select count(*) from jasper.jiuser", [(2,)])]),
    ("Spring Integration", "spring-projects/spring-integration",
     "spring-integration-jdbc/src/main/resources/org/springframework/integration/jdbc/schema-oracle.sql", "integration", {}, [
         ("select count(*) from all_tables where owner = 'INTEGRATION'", [(6,)])]),
    ("i2b2 hive", "i2b2/i2b2-data", ["edu.harvard.i2b2.data/Release_1-8/NewInstall/Pmdata/scripts/create_oracle_i2b2pm_tables.sql",
                                     "edu.harvard.i2b2.data/Release_1-8/NewInstall/Pmdata/scripts/create_oracle_triggers.sql",
                                     "edu.harvard.i2b2.data/Release_1-8/NewInstall/Metadata/scripts/create_oracle_i2b2metadata_tables.sql"], "i2b2", {}, [
        ("select count(*) from all_objects where owner = 'I2B2' and status <> 'VALID'", [(0,)])]),
    ("shop of a course", "kamilcinner/oracle-db-project", [f"target/{one}.sql" for one in ("tabele", "wiezy", "zwiazki", "indeksy", "wypelnienie")],
     "kurs", {}, [("select count(*) from all_tables where owner = 'KURS'", [(23,)])]),
    ("Seata", "seata/seata", [f"script/{one}/db/oracle.sql" for one in ("client/at", "client/saga", "client/tcc", "server")], "seata", {}, [
        ("select count(*) from all_tables where owner = 'SEATA'", [(8,)])]),
    ("RuoYi-Vue-Plus", "dromara/RuoYi-Vue-Plus", [f"script/sql/oracle/{one}.sql" for one in ("oracle_ry_vue_5.X", "snail_job_oracle", "flowable")],
     "ruoyiplus", {}, [("select count(*) from all_objects where owner = 'RUOYIPLUS' and status <> 'VALID'", [(0,)])]),
    ("Gravity bookstore, its smaller tables", "bbrumm/databasestar", [f"sample_databases/sample_db_gravity/gravity_oracle/{one}.sql" for one in (
        "01_oracle_create", "02_oracle_populate_author", "03_oracle_populate_publisher", "04_oracle_populate_lookups")], "gravity", {}, [
            ("select count(*) from all_tables where owner = 'GRAVITY'", [(15,)])]),
    ("solar system", "gvenzl/sample-data", "solar-system/install.oracle.sql", "solar", {}, [
        ("select count(*) from all_objects where owner = 'SOLAR' and status <> 'VALID'", [(0,)])]),
    ("Apache Ranger", "apache/ranger", "security-admin/db/oracle/optimized/current/ranger_core_db_oracle.sql", "ranger", {}, [
        ("select count(*) from all_tables where owner = 'RANGER'", [(85,)]),
        ("select count(*) from all_objects where owner = 'RANGER' and status <> 'VALID'", [(0,)])]),
    ("WSO2 Identity Server", "truongtx2310/wso2-610", [f"dbscripts/{one}.sql" for one in ("oracle", "identity/oracle", "consent/oracle",
                                                                                        "bps/bpel/create/oracle")], "wso2is", {}, [
        ("select count(*) from all_tables where owner = 'WSO2IS'", [(203,)]),
        ("select count(*) from all_triggers where owner = 'WSO2IS' and status = 'ENABLED'", [(104,)])]),
    ("WSO2 API Manager", "phongvulam/wso2am-4.1.0", [f"dbscripts/{one}.sql" for one in ("oracle", "apimgt/oracle", "metrics/oracle",
                                                                                       "mb-store/oracle-mb")], "wso2am", {}, [
        ("select count(*) from all_tables where owner = 'WSO2AM'", [(256,)]),
        ("select count(*) from all_triggers where owner = 'WSO2AM' and status = 'ENABLED'", [(136,)])]),
    ("TPC-C of BenchBase", "cmu-db/benchbase", "src/main/resources/benchmarks/tpcc/ddl-oracle.sql", "tpcc", {}, [
        ("select count(*) from all_tables where owner = 'TPCC'", [(9,)]),
        ("select count(*) from all_constraints where owner = 'TPCC' and constraint_type in ('P', 'R')", [(8,)])]),
    ("TPC-H of BenchBase", "cmu-db/benchbase", "src/main/resources/benchmarks/tpch/ddl-oracle.sql", "tpch", {}, [
        ("select count(*) from all_tables where owner = 'TPCH'", [(8,)]),
        ("select count(*) from all_constraints where owner = 'TPCH' and constraint_type in ('P', 'R')", [(16,)])]),
    ("AuctionMark of BenchBase", "cmu-db/benchbase", "src/main/resources/benchmarks/auctionmark/ddl-oracle.sql", "auction", {}, [
        ("select count(*) from all_tables where owner = 'AUCTION'", [(17,)]),
        ("select count(*) from all_constraints where owner = 'AUCTION' and constraint_type in ('P', 'R')", [(41,)])]),
    ("Wikipedia, Twitter, SEATS and more of BenchBase", "cmu-db/benchbase", [f"src/main/resources/benchmarks/{one}/ddl-oracle.sql" for one in (
        "wikipedia", "twitter", "seats", "tatp", "smallbank", "voter", "epinions", "ycsb")], "social", {}, [
        ("select count(*) from all_tables where owner = 'SOCIAL'", [(40,)]),
        ("select count(*) from all_constraints where owner = 'SOCIAL' and constraint_type in ('P', 'R')", [(62,)])]),
    ("renren-fast", "YunaiV/renren-fast", "db/oracle.sql", "renren", {}, [
        ("select count(*) from all_tables where owner = 'RENREN'", [(24,)]),
        ("select count(*) from renren.sys_menu", [(29,)])]),
    ("payments of a course", "kivilev/oracle_dbd_plsql_basic", [f"practice_tasks/create_objects/create_demo_objects{one}.sql" for one in ("", "_add")],
     "payments", {}, [
         ("select count(*) from all_tables where owner = 'PAYMENTS'", [(9,)]),
         ("select count(*) from payments.payment_detail_field", [(4,)])]),
    ("cottage rental", "katzurk/Cottage-Rental-Management-System", [f"src/main/resources/scripts/{one}-oracle.sql" for one in ("schema", "data")],
     "cottage", {}, [
         ("select count(*) from all_tables where owner = 'COTTAGE'", [(14,)]),
         ("select count(*) from cottage.cities", [(17,)])]),
    ("helpdesk, with triggers and a package", "kutpiotr/oracle-plsql-helpdesk-system", [f"sql/{one}.sql" for one in (
        "schema", "seed", "views", "package_spec", "package_body")], "helpdesk", {}, [
            ("select count(*) from helpdesk.tickets", [(4,)]),
            ("select count(*) from all_objects where owner = 'HELPDESK' and status <> 'VALID'", [(0,)])]),
    ("Kuali Rice, its server's bootstrap", "kuali/rice", [f"db/sql/src/main/resources/org/kuali/rice/rice-sql/initial-sql/2.3.0/oracle/server/bootstrap/{one}.sql"
                                                           for one in ("rice-schema", "rice-constraints")], "rice", {}, [
        ("select count(*) from all_tables where owner = 'RICE'", [(192,)]),
        ("select count(*) from all_constraints where owner = 'RICE' and constraint_type = 'R'", [(136,)])]),
    ("OMOP, the common data model of OHDSI", "OHDSI/CommonDataModel", [f"inst/ddl/5.4/oracle/OMOPCDM_oracle_5.4_{one}.sql" for one in (
        "ddl", "primary_keys", "indices", "constraints")], "omop", {}, [
            ("select count(*) from all_tables where owner = 'OMOP'", [(39,)]),
            ("select count(*) from all_constraints where owner = 'OMOP' and constraint_type = 'R' and status = 'ENABLED'", [(176,)])]),
    ("Liferay Portal 6.2", "dinolupo/Liferay6.2-fixed", ["sql/portal/portal-oracle.sql", "sql/indexes/indexes-oracle.sql"], "liferay", {}, [
        ("select count(*) from all_tables where owner = 'LIFERAY'", [(180,)])]),
    ("DSpace 5, its migrations one after the other", "lannguyenbe/archimed", [
        f"dspace-api/src/main/resources/org/dspace/storage/rdbms/sqlmigration/oracle/V{one}.sql" for one in (
            "1.2__Initial_DSpace_1.2_Oracle_database_schema", "1.3__Upgrade_to_DSpace_1.3_schema", "1.4__Upgrade_to_DSpace_1.4_schema",
            "1.4.2__Upgrade_to_DSpace_1.4.2_schema", "1.5__Upgrade_to_DSpace_1.5_schema", "1.6__Upgrade_to_DSpace_1.6_schema",
            "1.7__Upgrade_to_DSpace_1.7_schema", "1.8__Upgrade_to_DSpace_1.8_schema", "3.0__Upgrade_to_DSpace_3.x_schema",
            "4.0__Upgrade_to_DSpace_4.x_schema", "5.0_2014.08.08__DS-1945_Helpdesk_Request_a_Copy",
            "5.0_2014.09.26__DS-1582_Metadata_For_All_Objects")], "dspace", {}, [
                ("select count(*) from all_tables where owner = 'DSPACE'", [(41,)])]),
    ("OT, the shop of a tutorial", "AusafMohi/Oracle-SQL-Scripting", ["ot_schema.sql", "ot_data.sql"], "ot", {}, [
        ("select count(*) from all_tables where owner = 'OT'", [(12,)]),
        ("select count(*) from ot.orders", [(105,)]),
        ("select count(*) from ot.inventories", [(1112,)])]),
    ("Formula 1", "Apress/modern-oracle-database-programming", ["F1Data_Tables.sql", "F1Data_Comments.sql"], "f1data", {}, [
        ("select count(*) from all_tables where owner = 'F1DATA'", [(14,)])]),
    ("ejabberd", "softctrl/ejabberd-oracle-odbc", "sql/oracle.sql", "ejabberd", {}, [
        ("select count(*) from all_tables where owner = 'EJABBERD'", [(29,)])]),
    ("Mogobiz, as Hibernate writes it", "mogobiz/mogobiz-core", "scripts/oracle/ddl.sql", "mogobiz", {}, [
        ("select count(*) from all_tables where owner = 'MOGOBIZ'", [(69,)])]),
    ("PetCareHub, keys of SYS_GUID", "Fariha127/PetCareHub", "laravel-app/database/schema_oracle.sql", "petcare", {}, [
        ("select count(*) from all_objects where owner = 'PETCARE' and status <> 'VALID'", [(0,)])]),
    ("store of ingots", "abanse/plsbl-vaadin-starter", "src/main/resources/schema-oracle.sql", "plsbl", {}, [
        ("select count(*) from all_tables where owner = 'PLSBL'", [(12,)])]),
    ("reconciliation", "t3eHawk/rapo", "schema/oracle.sql", "rapo", {}, [
        ("select count(*) from all_tables where owner = 'RAPO'", [(8,)])]),
]


# of scripts that need more than the user: the release they are written for, SYSTEM at their start, another user
PROFILES = {"CHINOOK": "23ai"}
BY_SYSTEM = {"CHINOOK"}
PLAIN = {"YUDAO", "RUOYIPLUS", "GRAVITY", "RENREN", "LIFERAY", "DSPACE"}  # dumps of other tools: & is text in them, as after SET DEFINE OFF
UNIT_ENDS = {"RANGER": r";\s*/$", "TPCC": ";;$", "TPCH": ";;$", "AUCTION": ";;$", "SOCIAL": ";;$"}  # of scripts for the project's own tool
BEFORE = {"DEBEZIUM": ["create user c##dbzuser identified by dbz"],
          "NORTHWIND": ["create tablespace northwind datafile 'northwind.dbf' size 10m"]}
# of templates: what their project's own tool fills in
FILLED_IN = {"OMOP": {"@cdmDatabaseSchema": "omop"}}
# of scripts that make their own user
OWNERS = {"HR, human resources": "HR", "CO, customer orders": "CO", "SH, sales history": "SH"}
SCRIPTS = (".sql", ".csv", ".tab", ".pls", ".pkg", ".pks", ".pkb", ".vw")
# answers that Oracle gives, too: what a script drops before it was ever made, a name it gives twice, an index where a key has one
RIGHTLY = re.compile(r".* ORA-29833|^(drop\s+(table|view|trigger)|delete).* ORA-(00942|04080)|^drop\s+sequence.* ORA-02289|"
                     r"^create (unique )?index.* ORA-01408|^alter table JIMondrianXMLADefinition.* ORA-02264|^create .*trigger \w+ after logon on database.* ORA-01031", re.I | re.S)


def source(repository, scripts, place, work):
    """The folder with the repository's files, of a local copy those around the scripts."""
    folder = work / "sources" / repository.replace("/", "+")
    if not place:
        if not folder.exists():
            subprocess.run(["git", "clone", "-q", "--depth", "1", f"https://github.com/{repository}", folder], check=True)
        return folder
    git = pathlib.Path(place) / repository.replace("/", "+")
    git = git / "repo" if (git / "repo").exists() else git
    around = sorted({str(pathlib.PurePosixPath(one).parent) for one in scripts})
    listed = subprocess.run(["git", "-C", git, "ls-tree", "-r", "--name-only", "HEAD", *(one + "/" for one in around if one != ".")],
                            check=True, capture_output=True, text=True).stdout
    for name in listed.splitlines():
        if name.lower().endswith(SCRIPTS) and not (folder / name).exists():
            shown = subprocess.run(["git", "-C", git, "show", f"HEAD:{name}"], capture_output=True, check=False)
            if shown.returncode == 0:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(shown.stdout)
    return folder


def install(oracle, folder, scripts, user, answers):
    """How many statements, how many that Oracle refuses, too, and those that failed: [(statement, error)]."""
    admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
    if user:
        with admin.cursor() as cursor:
            cursor.execute(f"create user {user} identified by {user}")
            cursor.execute(f"grant connect, resource, create view, create synonym, unlimited tablespace to {user}")
            for sql in BEFORE.get(user.upper(), []):
                cursor.execute(sql)
    if user and user.upper() not in BY_SYSTEM:
        admin = oracledb.connect(user=user, password=user, dsn=oracle.dsn)
    failed, rightly = [], []

    def note(sql, error):
        told = (" ".join(sql.split())[:90], str(error).splitlines()[0][:90])
        (rightly if RIGHTLY.match(f"{told[0]} {told[1]}") else failed).append(told)
        return not str(error).startswith("DPY-4011")  # the session is gone

    def connect(words):
        name, password = words.split("@")[0].split("/")
        return oracledb.connect(user=name, password=password.strip('"'), dsn=oracle.dsn)
    run = sqlplus.SqlPlus(admin, answers, connect, on_error=note)
    run.substitute = (user or "").upper() not in PLAIN
    run.unit_end = UNIT_ENDS.get((user or "").upper())
    run.filled_in = FILLED_IN.get((user or "").upper(), {})
    for script in scripts:
        run.run_file(folder / script)
    run.connection.commit()
    run.connection.close()
    return run.statements, len(rightly), failed


def compile_errors(oracle, owner):
    """[(object, its first error)] of what was made, and is INVALID: CREATE of it told a warning alone."""
    db = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
    with db.cursor() as cursor:
        cursor.execute("select o.object_type || ' ' || o.object_name, (select min(e.text) keep (dense_rank first order by e.sequence) from all_errors e "
                       "where e.owner = o.owner and e.name = o.object_name and e.type = o.object_type) from all_objects o "
                       "where o.owner = :o and o.status <> 'VALID' order by 1", o=owner)
        return [(name, " ".join(str(text).split())[:90]) for name, text in cursor.fetchall()]


def wrong_answers(oracle, questions):
    db = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
    wrong = []
    for sql, expected in questions:
        with db.cursor() as cursor:
            try:
                cursor.execute(sql)
                found = cursor.fetchall()
            except oracledb.Error as error:
                found = str(error).splitlines()[0]
        if found != expected:
            wrong.append(f"`{sql}`: {found}, not {expected}")
    return wrong


def crossed(target, owner):
    """The line of the second table, and what is said under it."""
    try:
        compared, different, findings, objects, left_out = target.cross(owner)
    except (cross.Stopped, oracledb.Error, psycopg2.Error) as stopped:
        return "| stopped | | |", [f"stopped: {' '.join(str(stopped).split())[:600]}"], True
    fewer = [f"{what} {left} to {right}" for what, left, right in objects if left != right]
    told = [f"left out, {why}" for why in left_out.values()]
    told += [f"{one['code']}: {' '.join(one['cause'].split())[:300]}" for one in findings
             if one["severity"] != "note" and one["code"] != "target.no_roles" or one["code"] == "source.left_behind"]
    shown = ", ".join(f"{right} {what}" for what, left, right in objects if right and left == right)
    return f"| {compared} | {different} | {shown}{'; not alike: ' if fewer else ''}{', '.join(fewer)} |", told, different > 0


def play_all(options, work, build):
    """Both tables' lines, what failed and what was told, and how much of it is wrong; a server for each release."""
    whole, bad = ([], [], [], []), 0
    for profile in sorted({"19c", *PROFILES.values()}):
        place = work / profile
        place.mkdir(mode=0o755)
        oracle = servers.Rehearsal(build / "src/programs/causeway-rehearse", place / "oracle", profile=profile)
        target = None
        try:
            target = cross.Target(build, place, oracle)
            *lists, wrong = play(options, profile, place, oracle, target)
        finally:
            if target:
                target.stop()
            oracle.stop()
        for all_of_it, one in zip(whole, lists):
            all_of_it += one
        bad += wrong
    return *whole, bad


def play(options, profile, work, oracle, target):
    first, second, failures, told, bad = [], [], [], [], 0
    for name, repository, scripts, user, answers, questions in SCHEMAS:
        scripts = [scripts] if isinstance(scripts, str) else scripts
        owner = (user or OWNERS[name]).upper()
        if (options.only and owner not in options.only.upper().split(",")) or PROFILES.get(owner, "19c") != profile:
            continue
        try:
            statements, rightly, failed = install(oracle, source(repository, scripts, options.place, work), scripts, user, answers)
        except (OSError, sqlplus.Stopped, oracledb.Error) as error:
            statements, rightly, failed = 0, 0, [(scripts[0], str(error).splitlines()[0][:200])]
        failed += compile_errors(oracle, owner)
        wrong = wrong_answers(oracle, questions)
        right = f"{len(questions) - len(wrong)} of {len(questions)}"
        line, said, differs = crossed(target, owner)
        bad += len(failed) + len(wrong) + differs
        place = scripts[0] if len(scripts) == 1 else f"{scripts[0]} and {len(scripts) - 1} more"
        first.append(f"| {name} | {repository} `{place}` | {statements} | {rightly} | {len(failed)} | {right} |")
        second.append(f"| {name} {line}")
        failures += [f"* {name}: {error}: `{sql}`" for sql, error in failed[:12]] + [f"* {name}: {one}" for one in wrong]
        told += [f"* {name}: {one}" for one in said]
        print(f"{first[-1]}\n{second[-1]}", *[one for one in failures + told if one.startswith(f"* {name}:")], sep="\n  ", flush=True)
    return first, second, failures, told, bad


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", default=str(ROOT / "build"))
    arguments.add_argument("--from", dest="place", help="folder of clones, each owner+name")
    arguments.add_argument("--only", help="owners, joined by commas; then no document is written")
    options = arguments.parse_args()
    work = servers.work_folder("schemas")
    try:
        first, second, failures, told, bad = play_all(options, work, pathlib.Path(options.build))
    finally:
        servers.remove(work)
    if options.only:
        return min(bad, 1)
    (ROOT / "doc/schemas.md").write_text("\n".join([
        "# Published schemas on the rehearsal Oracle", "",
        "Written by `make schemas`: each is installed by its own scripts, unmodified, through python-oracledb, and then taken to a PostgreSQL by",
        "`causeway check`, `schema`, `run` and `verify`.", "",
        "## Installed", "",
        "| schema | from | statements | refused as on Oracle | failed | questions answered right |", "|---|---|---|---|---|---|", *first, "",
        "What failed:" if failures else "Nothing failed.", "", *failures, *([""] if failures else []),
        "## Crossed", "", "| schema | rows compared | different | on PostgreSQL |", "|---|---|---|---|", *second, "",
        "What `check` said of it beside what it says of every crossing of this kind:", "", *told]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
