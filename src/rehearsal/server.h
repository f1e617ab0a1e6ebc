/*
 * server.h - one rehearsal Oracle: its folder, its private PostgreSQL, its sessions
 *
 *	DIR/rehearsal.conf	port, service, profile, DBID ...: one "key = value" a line
 *	DIR/serve.pid		of the process that serves, locked while it does
 *	DIR/pg/			the private cluster	DIR/run/  its socket
 *	DIR/lib/		causeway_redo.so, where the cluster's account can read it
 *	DIR/redo/		redo logs, online and archived
 *
 * Every Oracle user is a PostgreSQL role of the same name, and its schema; a
 * session's backend logs in as that role, so that PostgreSQL's own grants
 * decide.  SYS, SYSTEM and whoever has DBA are superusers.
 *
 * Owns		everything below lives from rh_server_open() to rh_server_close()
 * Threads	@config and the paths never change while it serves; @lock guards
 *		the list of sessions and what each field says is under it
 * Errors	CW9001-CW9019
 */
#ifndef CW_REHEARSAL_SERVER_H
#define CW_REHEARSAL_SERVER_H

#include "base/err.h"
#include "rehearsal/sql_type.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

struct rh_profile;
struct rh_session;
struct rh_net;
struct rh_redo;
struct rh_jobs;
struct rh_knobs;
struct rh_writers;

#define RH_NAME_BYTES 132 /* 128 bytes and a NUL: the longest name of Oracle */

struct rh_config {
	char folder[512]; /* absolute */
	uint16_t port;
	char service[128]; /* SHOPDB: service, database and instance name */
	char profile[16];  /* "19c": profile.h */
	char charset[24];  /* of the database: db_text.h; "": AL32UTF8 */
	uint64_t dbid;
	int retention_s; /* undo retention: how far back AS OF reaches */
	bool extended_strings; /* MAX_STRING_SIZE */
	int threads;	 /* of redo: instances of a cluster; 0: 1 */
	int archive_s;	 /* archived logs are deleted after; 0: the default */
	bool archivelog; /* LOG_MODE at init; ALTER DATABASE ARCHIVELOG is not played */
	bool fsync;
	/* Statically registered services go on reaching a restricted instance (ORA-01035 there);
	 * dynamically registered ones are refused by the listener (ORA-12526). */
	bool dynamic_registration;
	uint32_t sdu;	   /* DEFAULT_SDU_SIZE: the largest packet to agree on */
	uint16_t tls_port; /* of TCPS; 0: none */
	uint32_t processes; /* connections at a time; 0: RH_NET_SESSIONS_MAX */
	char listen[16];    /* IPv4 address of the listener; "": 127.0.0.1 */
	char certificate[512], key[512], client_authority[512]; /* PEM files, absolute */
};

struct rh_server {
	struct rh_config config;
	const struct rh_profile *profile; /* of config.profile */
	char pg_folder[640], run_folder[640], redo_folder[640];
	char library_folder[640]; /* DIR/lib: causeway_redo.so, readable by the cluster */

	/* Connects to database `rehearsal` as superuser `postgres`; PQconnectdb() it. */
	char conninfo[768];

	pthread_mutex_t lock;
	struct rh_session *sessions; /* under lock; first of a doubly linked list */
	uint32_t session_count;	     /* under lock */
	uint32_t next_serial;	     /* under lock */

	bool beyond_loopback;	   /* said at this start: config.listen may be any address */
	atomic_bool restricted;	   /* ALTER SYSTEM ENABLE RESTRICTED SESSION */
	atomic_bool listener_open; /* false: nobody new gets in (port closed) */
	atomic_int job_queue_processes;
	atomic_bool any_in_doubt; /* there may be a prepared transaction */
	int stop_fd;	       /* eventfd, readable once the server is to stop */
	int64_t start_wall_us; /* V$INSTANCE.STARTUP_TIME */

	/* One superuser connection for the catalog's own statements; see admin_lock. */
	PGconn *admin; /* under admin_lock */
	pthread_mutex_t admin_lock;

	/* The oids of types of ours in this database, in the order of sql_type.h. */
	uint32_t own_type[RH_PG_OWN_COUNT];
	struct rh_knobs *knobs; /* the troubles that a person orders */
	struct rh_writers *writers; /* and the hidden writers */

	pid_t postmaster; /* child that runs the cluster; 0: none (cluster.c) */

	struct rh_net *net;   /* listener and its threads (net_*.c) */
	struct rh_redo *redo; /* log writer, LogMiner, flashback (redo_*.c, flashback_*.c) */
	struct rh_jobs *jobs; /* scheduler (job.c) */
};

/* Read DIR/rehearsal.conf and set the paths; starts nothing. */
bool rh_server_open(const char *folder, struct rh_server **ret, struct cw_err *err) CW_MUST_CHECK;
/* The same without a file; @config is copied.  rh_config_write() makes that file. */
bool rh_server_new(const struct rh_config *config, struct rh_server **ret,
		   struct cw_err *err) CW_MUST_CHECK;
bool rh_config_write(const struct rh_config *config, struct cw_err *err) CW_MUST_CHECK;
void rh_server_close(struct rh_server *server);

/* A fresh superuser connection to database `rehearsal`, with search_path ora, SYS, pg_catalog. */
PGconn *rh_server_connect(struct rh_server *server, const char *application,
			  struct cw_err *err) CW_MUST_CHECK;

/* Who writes, as the redo tells: V$LOGMNR_CONTENTS.USERNAME, SESSION_INFO, SESSION#, SERIAL#. */
struct rh_sign {
	char username[RH_NAME_BYTES], info[1024], sid[32], serial[16];
};

/* On @conn it is @sign who writes from now on. */
bool rh_server_sign(PGconn *conn, const struct rh_sign *sign) CW_MUST_CHECK;

/*
 * Run one statement on the admin connection (reconnects if it was lost); NULL and *err
 * (with its sqlstate) on failure.  @params are text; the caller clears the result.
 */
PGresult *rh_server_admin(struct rh_server *server, const char *sql, int param_count,
			  const char *const *params, struct cw_err *err) CW_MUST_CHECK;
/* The same as a transaction that is @sign's. */
PGresult *rh_server_admin_for(struct rh_server *server, const struct rh_sign *sign, const char *sql,
			      int param_count, const char *const *params,
			      struct cw_err *err) CW_MUST_CHECK;

#endif
