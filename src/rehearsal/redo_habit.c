/* redo_habit.c - see redo_habit.h */
#include "rehearsal/redo_habit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct rh_habit_about rh_habit_about[RH_HABIT_COUNT] = {
	[RH_HABIT_LATE_START] = { "late-start",
				  "a transaction's first change may come before its START row",
				  "reported in Debezium pull 2847, where START rows were missing" },
	[RH_HABIT_SHARED_SCN] = { "shared-scn",
				  "rows and commits of many transactions share one SCN",
				  "Oracle Database Reference, V$LOGMNR_CONTENTS: RS_ID and SSN tell rows apart" },
	[RH_HABIT_EMPTY_COMMIT] = { "empty-commit",
				    "transactions that changed no captured row have COMMIT rows, too",
				    "Debezium pull 6590" },
	[RH_HABIT_SWITCH_IN_WINDOW] = { "switch-in-window",
					"the current log is switched between START_LOGMNR and the SELECT",
					"Debezium DBZ-3516 (pull 2373)" },
	[RH_HABIT_UNLISTED_LOG] = { "unlisted-log",
				    "behind a switch a log is for a moment in neither V$LOG nor "
				    "V$ARCHIVED_LOG",
				    "Debezium DBZ-6942 (pull 4996)" },
	[RH_HABIT_ROWID_ROLLBACK] = { "rowid-rollback",
				      "what undoes a change names its row by ROWID alone",
				      "Debezium RollbackTest; tap-oracle pull 12; CockroachDB replicator "
				      "pull 1121" },
	[RH_HABIT_CSF_PIECES] = { "csf-pieces",
				  "SQL_REDO of more than 4000 bytes goes on in the next row (CSF = 1)",
				  "Oracle Database Reference, V$LOGMNR_CONTENTS.CSF; Debezium DBZ-2920" },
	[RH_HABIT_REUSED_LOG] = { "reused-log",
				  "an online log that a session mines is overwritten by a later one",
				  "ORA-00310, ORA-00334; Debezium DBZ-3377" },
	[RH_HABIT_UNFLUSHED_TAIL] = { "unflushed-tail",
				      "redo that is not on disk yet is missing below CURRENT_SCN",
				      "Debezium documentation, LogWriter flush table" },
	[RH_HABIT_DDL_ROWS] = { "ddl-rows", "DDL, also of other tables, stands between the changes",
				"Oracle Database Reference, V$LOGMNR_CONTENTS.OPERATION; Debezium DBZ-5211" },
	[RH_HABIT_CHAINED_ROWS] = { "chained-rows",
				    "a row longer than a block has INTERNAL rows for its further pieces",
				    "Debezium pull 7472; Oracle Database Utilities, LogMiner and chained rows" },
	[RH_HABIT_OTHER_DESTINATION] = { "other-destination",
					 "V$ARCHIVED_LOG lists each log for a standby destination, too",
					 "Oracle Database Reference, V$ARCHIVED_LOG.NAME; AWS DMS "
					 "knowledge centre, dms-sequence-errors-cdc-oracle" },
	[RH_HABIT_DELETED_ARCHIVE] = { "deleted-archive",
				       "archived logs past their retention are deleted and stay listed",
				       "Oracle Database Reference, V$ARCHIVED_LOG.DELETED; Debezium DBZ-5148" },
	[RH_HABIT_LOB_ROWS] = { "lob-rows",
				"a change says EMPTY_CLOB(), and the content of its LOBs follows in rows of their own",
				"Oracle Database Reference, V$LOGMNR_CONTENTS.OPERATION; Debezium DBZ-2948" },
	[RH_HABIT_LONG_NAMES] = { "long-names",
				  "changes of a table with a name of more than 30 bytes, its own, its owner's or a "
				  "column's, are UNSUPPORTED rows without content",
				  "Debezium DBZ-4161 (pull 2824), DBZ-5351; yb-voyager issue 2023; flink-cdc issue 2475" },
	[RH_HABIT_PARALLEL_DML] = { "parallel-dml",
				    "slaves of a parallel statement have transactions of their own, whose PXID is the "
				    "session's",
				    "Oracle Database Reference, V$LOGMNR_CONTENTS.PXID; VLDB and Partitioning Guide, "
				    "transaction restrictions for parallel DML" },
	[RH_HABIT_OLD_DEFINITIONS] = { "old-definitions",
				       "changes under a definition that the dictionary has no more are told with numbers of "
				       "columns and storage bytes, STATUS 2, of a table that is gone without its name",
				       "Oracle Database Utilities, LogMiner dictionary options; Debezium DBZ-3258, DBZ-3401 "
				       "(pull 5239); kafka-connect-oracle issue 64" },
	[RH_HABIT_LONG_ROWS] = { "long-rows",
				 "a change says 'LONG DATA' of a long LONG or LONG RAW, and LONG DATA rows follow that do "
				 "not say whose they are; an UPDATE of a LONG has STATUS 2 without INFO",
				 "Debezium pull 4615, DBZ-4853 (pull 3315)" },
	[RH_HABIT_CUT_XIDS] = { "cut-xids",
				"what undoes changes of a transaction that began before the range being read has FFFFFFFF for "
				"the sequence of its XID",
				"Debezium, rollback of a transaction read in a prior mining session "
				"(BufferedLogMinerStreamingChangeEventSource)" },
	[RH_HABIT_BARE_QUOTES] = { "bare-quotes",
				   "with MAX_STRING_SIZE = EXTENDED quotes in text of a column longer than 4000 bytes are "
				   "not doubled where it is inserted or set",
				   "Debezium DBZ-8034, DBZ-8200 (pull 6056), DBZ-9191 (pull 6545), DBZ-2070" },
	[RH_HABIT_WIDE_ROWS] = { "wide-rows",
				 "with MAX_STRING_SIZE = EXTENDED a column longer than 4000 bytes is in no where clause, and "
				 "what is longer than that follows its statement in rows 32K_BEGIN, 32K_WRITE and 32K_END",
				 "Debezium DBZ-8039, dbz 2366 (ExtendedStringParserTest, OracleExtendedStringIT)" },
};

enum rh_habit rh_habit_find(const char *name)
{
	unsigned i = 0;

	while (i < RH_HABIT_COUNT && strcmp(rh_habit_about[i].name, name) != 0)
		i++;
	return (enum rh_habit)i;
}

static void file_path(const char *dir, char ret[4300])
{
	(void)snprintf(ret, 4300, "%s/habits", dir);
}

/* Whatever names no habit is the line of another version. */
static uint32_t read_off(const char *path)
{
	FILE *file = fopen(path, "re");
	uint32_t off = 0;
	char line[64];

	while (file && fgets(line, sizeof(line), file)) {
		enum rh_habit habit;

		line[strcspn(line, "\n")] = '\0';
		habit = rh_habit_find(line);
		if (habit != RH_HABIT_COUNT)
			off |= 1u << habit;
	}
	if (file)
		(void)fclose(file);
	return off;
}

bool rh_habit(struct rh_habits *habits, const char *dir, enum rh_habit habit)
{
	struct stat file;
	int64_t changed_ns;
	char path[4300];

	file_path(dir, path);
	if (stat(path, &file) != 0)
		return true;
	changed_ns = (int64_t)file.st_mtim.tv_sec * 1000000000 + file.st_mtim.tv_nsec;
	if (changed_ns != habits->changed_ns || file.st_ino != habits->inode)
		*habits = (struct rh_habits){ changed_ns, file.st_ino, read_off(path) };
	return !(habits->off & 1u << habit);
}

static bool write_off(const char *path, uint32_t off, struct cw_err *err)
{
	char fresh[4310];
	FILE *file;
	bool written = true;

	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	file = fopen(fresh, "we");
	if (!file)
		return cw_fail_errno(err, 9303, "%s", fresh);
	for (unsigned i = 0; i < RH_HABIT_COUNT; i++)
		if (off & 1u << i)
			written = written && fprintf(file, "%s\n", rh_habit_about[i].name) > 0;
	written = fchmod(fileno(file), 0644) == 0 && written;
	written = fclose(file) == 0 && written;
	return (written && rename(fresh, path) == 0) || cw_fail_errno(err, 9303, "%s", path);
}

bool rh_habit_switch(const char *dir, const char *name, bool on, struct cw_err *err)
{
	bool all = strcmp(name, "all") == 0;
	enum rh_habit habit = rh_habit_find(name);
	uint32_t bits = all ? (1u << RH_HABIT_COUNT) - 1 : 1u << habit;
	char path[4300];

	if (!all && habit == RH_HABIT_COUNT)
		return cw_fail(err, CW_ERR_CONFIG, 9304, "there is no habit %s", name);
	file_path(dir, path);
	return write_off(path, on ? read_off(path) & ~bits : read_off(path) | bits, err);
}
