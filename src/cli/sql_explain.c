/*
 * sql_explain.c - what common ORA- errors mean to who wants to get in; see sql.h
 *
 * Sources	Oracle Database Error Messages 19c; the words are ours
 */
#include "cli/sql.h"

static const struct {
	int32_t code;
	const char *text;
} known[] = {
	{ 18, "the database has as many sessions as it may: wait, or raise SESSIONS" },
	{ 54, "another session holds a lock on it" },
	{ 904, "no such column: names typed in lower case are stored in upper case unless quoted" },
	{ 942, "the table does not exist, or this account may not see it: write SCHEMA.TABLE, ask for "
	       "SELECT on it" },
	{ 1005, "no password was given" },
	{ 1017, "user or password is wrong; passwords are case-sensitive since 11g; an account that is "
		"IDENTIFIED EXTERNALLY or GLOBALLY (Kerberos, RADIUS, a directory) has none that would do "
		"here: make one with a password" },
	{ 1031, "this account lacks the right: ask a DBA for it" },
	{ 1033, "the database is being started or stopped: try again in a minute" },
	{ 1034, "the database is not running, though its listener is" },
	{ 1035, "the database is in restricted mode: RESTRICTED SESSION is needed" },
	{ 1045, "the account may not log in: grant it CREATE SESSION" },
	{ 1089, "the database is being shut down" },
	{ 1555, "the undo that the query needs is gone: a longer UNDO_RETENTION, or a shorter query" },
	{ 3113, "the server process ended: its alert log says why" },
	{ 12505, "the listener does not know this SID: is it a service name? Write host:port/service" },
	{ 12514, "the listener does not know this service: `lsnrctl services` on the server lists "
		 "those it knows; a database that has just been started needs up to a minute" },
	{ 12516, "the listener has no handler left: PROCESSES of the database is too low, or wait" },
	{ 12518, "the listener could not hand over the connection: the server lacks processes or "
		 "memory" },
	{ 12519, "no process is left for this service: raise PROCESSES, or wait" },
	{ 12520, "no server of the kind that SERVER= asks for" },
	{ 12526, "the database is in restricted mode: the listener lets nobody in" },
	{ 12528, "the database is being started or stopped: it blocks new connections" },
	{ 28000, "the account is locked: ALTER USER ... ACCOUNT UNLOCK by a DBA" },
	{ 28001, "the password has expired: --new-password file:PATH changes it" },
	{ 28003, "the new password breaks the rules of the account's profile" },
	{ 28150, "ALTER USER ... GRANT CONNECT THROUGH ... lets one account log in for another" },
	{ 28009, "SYS logs in as SYSDBA only" },
	{ 28040, "the server demands a newer login than this client offers, or the other way round: see "
		 "SQLNET.ALLOWED_LOGON_VERSION_SERVER" },
	{ 12269, "the server wants native network encryption with the keys of July 2021" },
	{ 12631, "the server wants a login by Kerberos, RADIUS or the like: take an account with a "
		 "password, and a listener or service that allows it" },
	{ 12638, "the server wants a login by Kerberos, RADIUS or the like: take an account with a "
		 "password; SQLNET.AUTHENTICATION_SERVICES on the server says what is allowed" },
	{ 12641, "the server wants a login by a service that is not supported: take an account with a "
		 "password" },
	{ 12649, "an algorithm of native network encryption that the server does not know" },
	{ 12650, "no algorithm of native network encryption that both sides allow: see "
		 "encryption_types_client" },
	{ 12660, "the server demands native network encryption, or refuses it, and this side the "
		 "contrary" },
};

const char *cw_sql_explain(int32_t ora_code)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(known); i++)
		if (known[i].code == ora_code)
			return known[i].text;
	return NULL;
}
