/*
 * parts_to_come.c - stands in for parts that are not written yet, so that the program links
 *
 * Whoever brings the real function deletes its stand-in here; the file goes with the last.
 */
#include "rehearsal/exec.h"
#include "rehearsal/job.h"
#include "rehearsal/net.h"
#include "rehearsal/redo.h"

/* net_*.c */
bool rh_net_start(struct rh_server *server, uint16_t port, struct rh_net **ret, struct cw_err *err)
{
	(void)server;
	(void)port;
	(void)err;
	*ret = NULL;
	return true;
}

void rh_net_stop(struct rh_net *net)
{
	(void)net;
}

bool rh_net_listener(struct rh_net *net, bool open, struct cw_err *err)
{
	(void)net;
	(void)open;
	(void)err;
	return true;
}

/* exec_*.c */
bool rh_exec_open(struct rh_session *session, struct rh_error *error)
{
	(void)session;
	(void)error;
	return true;
}

void rh_exec_close(struct rh_session *session)
{
	(void)session;
}

/* redo_*.c */
bool rh_redo_settings(const struct rh_redo_config *config, char *ret, size_t room)
{
	(void)config;
	*ret = '\0';
	return room > 0;
}

bool rh_redo_start(const struct rh_redo_config *config, struct rh_redo **ret, struct cw_err *err)
{
	(void)config;
	(void)err;
	*ret = NULL;
	return true;
}

void rh_redo_stop(struct rh_redo *redo)
{
	(void)redo;
}

/* job.c */
bool rh_jobs_start(struct rh_server *server, struct rh_jobs **ret, struct cw_err *err)
{
	(void)server;
	(void)err;
	*ret = NULL;
	return true;
}

void rh_jobs_stop(struct rh_jobs *jobs)
{
	(void)jobs;
}
