/*
 * cluster.h - the private PostgreSQL under a rehearsal Oracle
 *
 * PostgreSQL refuses to run as root, so under root it runs as account postgres
 * and its folders belong to that account.  The postmaster is a child of ours that
 * gets SIGQUIT when we die: killing the server is a crash of the instance, and
 * the next start recovers from the WAL.  It listens on a Unix socket in a folder
 * only its account (and root) can enter.
 *
 * Errors	CW9003 folder out of reach of the account	CW9004 a program failed
 *		CW9005 the cluster did not start	CW9006 an SQL file of ours failed
 * Threads	one, but rh_cluster_lost()
 */
#ifndef CW_REHEARSAL_CLUSTER_H
#define CW_REHEARSAL_CLUSTER_H

#include "rehearsal/server.h"

#include <sys/types.h>

struct rh_account {
	uid_t uid;
	gid_t gid;
	char name[64];
	bool other; /* not who we are: children have to change to it */
};

/* Whom the cluster runs as. */
bool rh_cluster_account(struct rh_account *ret, struct cw_err *err) CW_MUST_CHECK;

/* Make @path (and hand it to the account) with @mode. */
bool rh_cluster_folder(const char *path, mode_t mode, struct cw_err *err) CW_MUST_CHECK;

bool rh_cluster_init(struct rh_server *server, struct cw_err *err) CW_MUST_CHECK;

/* Start, make database `rehearsal`, install the SQL files that this program carries. */
bool rh_cluster_start(struct rh_server *server, const char *settings,
		      struct cw_err *err) CW_MUST_CHECK;
void rh_cluster_stop(struct rh_server *server);

/* Has this PostgreSQL the setting @name?  Minor versions differ, and an unknown one stops the start. */
bool rh_cluster_has_setting(const char *name);

/* The postmaster is gone though nobody asked it to. */
bool rh_cluster_lost(struct rh_server *server);

/* The SQL files in the order they are installed (sql_files.c, made by embed_sql.py). */
struct rh_sql_file {
	const char *name;
	const char *text;
};
extern const struct rh_sql_file rh_sql_files[];
extern const char rh_sql_digest[];

#endif
