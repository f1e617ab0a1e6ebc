/* sql_ping.c - is the road open, and how long is each of its stages; see sql.h */
#include "cli/sql.h"

#include "base/clock.h"
#include "base/wr.h"
#include "codec/show.h"

#include <string.h>

static const char *const stage_name[] = { "name", "TCP", "TLS", "listener", "negotiation", "login" };

_Static_assert(CW_ARRAY_LEN(stage_name) == CW_ORA_STAGES, "a name for each stage");

struct ping {
	const struct cw_sql_out *out;
	unsigned told;
};

static void put(struct ping *ping, const char *name, int64_t took_us, const char *detail,
		bool good)
{
	FILE *to = ping->out->rows;
	double ms = (double)took_us / 1000;

	if (ping->out->form == CW_SQL_JSON) {
		fprintf(to, "%s{\"stage\": \"%s\", \"ok\": %s, \"ms\": %.3f, \"detail\": ",
			ping->told ? ", " : "{\"stages\": [", name, good ? "true" : "false", ms);
		cw_sql_json_text(to, detail, strlen(detail));
		fputs("}", to);
	} else {
		fprintf(to, "%-11s %-6s %9.1f ms  ", name, good ? "ok" : "FAILED", ms);
		cw_sql_put_safe(to, detail);
		fputs("\n", to);
	}
	(void)fflush(to);
	ping->told++;
}

static void passed(void *context, enum cw_ora_stage stage, int64_t took_us, const char *detail,
		   const struct cw_err *failure)
{
	put(context, stage_name[stage], took_us, failure ? failure->text : detail, !failure);
}

static bool ask(struct cw_ora *ora, struct cw_wr *ret, struct cw_err *err)
{
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	bool good;

	if (!cw_ora_prepare(ora, "select sysdate from dual", &stmt, err))
		return false;
	good = cw_ora_execute(stmt, NULL, 0, 0, NULL, err) && cw_ora_fetch(stmt, 1, &rows, err);
	if (good && rows.count == 0)
		good = cw_fail(err, CW_ERR_DATA, 7109, "DUAL has no row");
	good = good && cw_show(CW_ORA_DATE, cw_value_bytes(&rows.row[0].value[0]), ret, err);
	cw_ora_stmt_free(stmt);
	return good;
}

static bool first_query(struct ping *ping, struct cw_ora *ora, struct cw_err *err)
{
	int64_t since_us = cw_clock_us();
	struct cw_wr text = { 0 };
	bool good = ask(ora, &text, err);

	cw_wr_u8(&text, 0);
	if (good)
		put(ping, "query", cw_clock_us() - since_us, (const char *)text.at0, true);
	else
		put(ping, "query", cw_clock_us() - since_us, err->text, false);
	cw_wr_release(&text);
	return good;
}

bool cw_sql_ping(const struct cw_sql_out *out, const struct cw_ora_login *login,
		 struct cw_err *err)
{
	struct ping ping = { .out = out };
	struct cw_ora_watch watch = { passed, &ping };
	struct cw_ora_login watched = *login;
	int64_t since_us = cw_clock_us();
	struct cw_ora *ora = NULL;
	bool good;

	watched.watch = &watch;
	good = cw_ora_open(&watched, &ora, err) && first_query(&ping, ora, err);
	cw_ora_close(ora);
	if (ping.told == 0 && !good)
		put(&ping, "connect string", 0, err->text, false);
	if (out->form == CW_SQL_JSON)
		fprintf(out->rows, "], \"ok\": %s, \"ms\": %.3f}\n", good ? "true" : "false",
			(double)(cw_clock_us() - since_us) / 1000);
	else
		fprintf(out->rows, "%-11s %-6s %9.1f ms\n", "in all", good ? "ok" : "FAILED",
			(double)(cw_clock_us() - since_us) / 1000);
	return good;
}
