/*
 * config.h - what a person said about one crossing: DIR/crossing.yaml
 *
 * One table in config.c holds every key with its type, bounds, default and a
 * line of help; from it come the reader, the messages and `causeway help
 * config`.  A key that is not in the table is an error that names the line and
 * the nearest key that is.
 *
 *	crossing: shop
 *	source: {connect | host, port, service; user, password: file:PATH | env:NAME,
 *		 wallet, wallet_password, encryption, encryption_types, checksum,
 *		 checksum_types, schemas: [SHOP]}
 *	target: {conninfo, password, application_roles: [shop_app]}
 *	load: {sessions, chunk_rows}
 *	follow: {mode: raw | catalog, poll_ms, memory_mb}
 *	cutover: {budget_ms, lag_max_ms, grace_ms, sequence_margin, application_users: [SHOP],
 *		  hooks: {stop, admit, back_stop, back_admit}}
 *
 * Owns		everything hangs off the struct's arena; secrets lie in locked
 *		memory apart, are read when a login is built and never before
 * Errors	CW6101 cannot be read	CW6102 not YAML, or not what was expected
 *		CW6103 unknown key	CW6104 key is missing	CW6105 value out of
 *		bounds	CW6106 the secret cannot be read	(all config)
 * Threads	read by any after cw_config_load(); logins are built by one at a time
 */
#ifndef CW_SCHEMA_CONFIG_H
#define CW_SCHEMA_CONFIG_H

#include "base/arena.h"
#include "oracle/session.h"
#include "postgres/session.h"

#include <stdio.h>

struct cw_config_list {
	const char **at;
	unsigned count;
};

/* "file:PATH" or "env:NAME", and what it led to once somebody asked. */
struct cw_secret {
	const char *reference; /* NULL: none given */
	uint8_t *at;	       /* locked, kept out of cores; NULL until read */
	size_t len, room;
};

struct cw_config {
	struct cw_arena arena;
	const char *dir;  /* the crossing's folder, absolute */
	const char *name; /* of the crossing: [a-z0-9_], 40 at most */
	const char *slot; /* "causeway_" + name: slot, publication and replication origin */
	struct {
		const char *connect; /* made from the three below where those are given */
		const char *host, *service, *user, *wallet;
		const char *encryption, *encryption_types, *checksum, *checksum_types;
		int64_t port;
		struct cw_secret password, wallet_password;
		struct cw_config_list schemas, leave_out; /* as Oracle stores them */
	} source;
	struct {
		const char *conninfo;
		struct cw_secret password;
		struct cw_config_list application_roles; /* closed until the point of no return */
	} target;
	struct {
		int64_t sessions, chunk_rows;
	} load;
	struct {
		const char *mode; /* "raw" or "catalog" */
		int64_t poll_ms, memory_mb;
	} follow;
	struct {
		int64_t budget_ms;	 /* of refused writes, before the point of no return */
		int64_t lag_max_ms;	 /* more, and the cut-over does not begin */
		int64_t grace_ms;	 /* for open transactions before their sessions are cut */
		int64_t sequence_margin; /* numbers skipped past Oracle's caches */
		struct cw_config_list application_users;
		struct {
			const char *stop, *admit, *back_stop, *back_admit; /* shell commands */
		} hooks;
	} cutover;
};

/* Read @dir/crossing.yaml.  After false *ret holds nothing. */
bool cw_config_load(const char *dir, struct cw_config *ret, struct cw_err *err) CW_MUST_CHECK;
/* The same from text, for tests; @where stands for the file's name in messages. */
bool cw_config_parse(const char *dir, const char *where, struct cw_bytes text,
		     struct cw_config *ret, struct cw_err *err) CW_MUST_CHECK;
void cw_config_release(struct cw_config *config);

/* Fill a secret from its reference; a relative file lies in @dir.  CW6106. */
bool cw_secret_read(const char *dir, struct cw_secret *secret, struct cw_err *err) CW_MUST_CHECK;
/* The same from the person at the terminal, who does not see it typed; CW1202 by cancel_fd. */
bool cw_secret_ask(const char *prompt, int cancel_fd, struct cw_secret *secret,
		   struct cw_err *err) CW_MUST_CHECK;
void cw_secret_forget(struct cw_secret *secret);

/* @program is what V$SESSION.PROGRAM shows; the login points into @config. */
bool cw_config_ora_login(struct cw_config *config, const char *program, struct cw_ora_login *ret,
			 struct cw_err *err) CW_MUST_CHECK;
bool cw_config_pg_login(struct cw_config *config, const char *application_name,
			struct cw_pg_login *ret, struct cw_err *err) CW_MUST_CHECK;

/* "DIR/file"; CW6102 if it does not fit. */
bool cw_config_path(const struct cw_config *config, const char *file, char *ret, size_t room,
		    struct cw_err *err) CW_MUST_CHECK;

/* Every key with its default and meaning, for help and manual. */
void cw_config_help(FILE *out);

#endif
