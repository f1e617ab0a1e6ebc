/* config.c - see config.h */
#include "schema/config.h"

#include "base/io.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <yaml.h>

#define FILE_BYTES_MAX	 (1u << 20)
#define SECRET_BYTES_MAX 4096
#define PATH_ROOM	 128 /* of a key's path: "cutover.hooks.back_admit" */

enum kind { TEXT, NUMBER, LIST, SECRET };

struct option {
	const char *path;
	enum kind kind;
	bool required;
	size_t offset;
	int64_t min, max;
	const char *preset; /* in text form; NULL: none */
	const char *help;
};

#define AT(member) offsetof(struct cw_config, member)

static const struct option options[] = {
	{ "crossing", TEXT, true, AT(name), 0, 0, NULL, "name of the crossing: a-z, 0-9 and _" },
	{ "source.connect", TEXT, false, AT(source.connect), 0, 0, NULL,
	  "connect string: host:port/service?key=value, a descriptor, or an alias of tnsnames.ora" },
	{ "source.host", TEXT, false, AT(source.host), 0, 0, NULL,
	  "Oracle's host, in the place of source.connect" },
	{ "source.port", NUMBER, false, AT(source.port), 1, 65535, "1521", "Oracle's port" },
	{ "source.service", TEXT, false, AT(source.service), 0, 0, NULL, "Oracle's service name" },
	{ "source.user", TEXT, true, AT(source.user), 0, 0, NULL, "Causeway's Oracle account" },
	{ "source.password", SECRET, true, AT(source.password), 0, 0, NULL,
	  "where its password is: file:PATH or env:NAME" },
	{ "source.wallet", TEXT, false, AT(source.wallet), 0, 0, NULL,
	  "folder of ewallet.pem or ewallet.p12 for tcps, where source.connect names none" },
	{ "source.wallet_password", SECRET, false, AT(source.wallet_password), 0, 0, NULL,
	  "where the wallet's password is: file:PATH or env:NAME" },
	{ "source.encryption", TEXT, false, AT(source.encryption), 0, 0, NULL,
	  "native network encryption: accepted, rejected, requested or required (accepted)" },
	{ "source.encryption_types", TEXT, false, AT(source.encryption_types), 0, 0, NULL,
	  "its algorithms, the best first (AES256 AES192 AES128)" },
	{ "source.checksum", TEXT, false, AT(source.checksum), 0, 0, NULL,
	  "its checksums: accepted, rejected, requested or required (accepted)" },
	{ "source.checksum_types", TEXT, false, AT(source.checksum_types), 0, 0, NULL,
	  "their algorithms, the best first (SHA512 SHA384 SHA256 SHA1)" },
	{ "source.schemas", LIST, true, AT(source.schemas), 0, 0, NULL,
	  "schemas that cross, with all their tables, as Oracle stores the names" },
	{ "source.leave_out", LIST, false, AT(source.leave_out), 0, 0, NULL,
	  "tables that stay behind, OWNER.TABLE each as Oracle stores the names" },
	{ "target.conninfo", TEXT, true, AT(target.conninfo), 0, 0, NULL,
	  "libpq's connection string, without a password" },
	{ "target.password", SECRET, false, AT(target.password), 0, 0, NULL,
	  "where the password is: file:PATH or env:NAME" },
	{ "target.application_roles", LIST, false, AT(target.application_roles), 0, 0, NULL,
	  "roles that may log in from the point of no return on" },
	{ "load.sessions", NUMBER, false, AT(load.sessions), 1, 64, "2",
	  "sessions that read Oracle during the load" },
	{ "load.chunk_rows", NUMBER, false, AT(load.chunk_rows), 100, 100000000, "50000",
	  "rows in one piece of a table's load" },
	{ "follow.mode", TEXT, false, AT(follow.mode), 0, 0, "raw",
	  "how LogMiner is read: raw or catalog" },
	{ "follow.poll_ms", NUMBER, false, AT(follow.poll_ms), 1, 60000, "20",
	  "pause between two looks at the redo when there was nothing" },
	{ "follow.memory_mb", NUMBER, false, AT(follow.memory_mb), 1, 4096, "64",
	  "memory of open transactions before they are spilled to disk" },
	{ "cutover.budget_ms", NUMBER, false, AT(cutover.budget_ms), 100, 86400000, "30000",
	  "longest time that writes are refused before all is undone" },
	{ "cutover.lag_max_ms", NUMBER, false, AT(cutover.lag_max_ms), 1, 86400000, "5000",
	  "lag above which the cut-over does not begin" },
	{ "cutover.grace_ms", NUMBER, false, AT(cutover.grace_ms), 0, 86400000, "150",
	  "time for open transactions to end before their sessions are cut" },
	{ "cutover.sequence_margin", NUMBER, false, AT(cutover.sequence_margin), 0, 1000000000,
	  "100", "numbers left out after the last one that Oracle may have given" },
	{ "cutover.application_users", LIST, false, AT(cutover.application_users), 0, 0, NULL,
	  "Oracle accounts of the applications; none named: all but Causeway's and Oracle's" },
	{ "cutover.hooks.stop", TEXT, false, AT(cutover.hooks.stop), 0, 0, NULL,
	  "command run before the writers on Oracle are stopped" },
	{ "cutover.hooks.admit", TEXT, false, AT(cutover.hooks.admit), 0, 0, NULL,
	  "command run when applications may write to PostgreSQL" },
	{ "cutover.hooks.back_stop", TEXT, false, AT(cutover.hooks.back_stop), 0, 0, NULL,
	  "command run before the writers on PostgreSQL are stopped" },
	{ "cutover.hooks.back_admit", TEXT, false, AT(cutover.hooks.back_admit), 0, 0, NULL,
	  "command run when applications may write to Oracle again" },
};

#define OPTIONS CW_ARRAY_LEN(options)

struct reading {
	struct cw_config *config;
	yaml_document_t *document;
	const char *where;
	bool seen[OPTIONS];
	struct cw_err *err;
};

static void *member(struct cw_config *config, const struct option *option)
{
	return (char *)config + option->offset;
}

static const char *keep(struct cw_config *config, const char *text, size_t len)
{
	char *copy = cw_new(&config->arena, char, len + 1);

	memcpy(copy, text, len);
	return copy;
}

static bool bad(struct reading *r, uint16_t code, const yaml_node_t *node, const char *path,
		const char *why)
{
	return cw_fail(r->err, CW_ERR_CONFIG, code, "%s, line %zu: %s: %s", r->where,
		       node->start_mark.line + 1, path, why);
}

/* ---- which key was meant -------------------------------------------------- */

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t distance(const char *a, const char *b)
{
	size_t row[PATH_ROOM], len = strlen(b);

	if (len >= PATH_ROOM)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0]++;

		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, corner + (a[i] != b[j - 1]));
			corner = above;
		}
	}
	return row[len];
}

static const char *nearest(const char *path)
{
	size_t best = 0, best_distance = SIZE_MAX;

	for (size_t i = 0; i < OPTIONS; i++) {
		size_t d = distance(path, options[i].path);

		if (d < best_distance) {
			best_distance = d;
			best = i;
		}
	}
	return options[best].path;
}

/* ---- values ---------------------------------------------------------------- */

static bool take_number(struct reading *r, const struct option *option, const yaml_node_t *node,
			const char *text)
{
	char *end, why[96];
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < option->min || value > option->max) {
		(void)snprintf(why, sizeof(why),
			       "a number from %" PRId64 " to %" PRId64 " is wanted", option->min,
			       option->max);
		return bad(r, 6105, node, option->path, why);
	}
	*(int64_t *)member(r->config, option) = value;
	return true;
}

static bool take_secret(struct reading *r, const struct option *option, const yaml_node_t *node,
			const char *text)
{
	struct cw_secret *secret = member(r->config, option);

	/* The value itself is not shown: it may be the password. */
	if (strncmp(text, "file:", 5) != 0 && strncmp(text, "env:", 4) != 0)
		return bad(r, 6105, node, option->path,
			   "a reference is wanted, file:PATH or env:NAME, not the secret itself");
	secret->reference = keep(r->config, text, strlen(text));
	return true;
}

static const char *scalar(struct reading *r, const yaml_node_t *node, const char *path)
{
	const char *text = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE || strlen(text) != node->data.scalar.length) {
		(void)bad(r, 6102, node, path, "one value is wanted");
		return NULL;
	}
	if (!*text) {
		(void)bad(r, 6102, node, path, "the value is empty");
		return NULL;
	}
	return text;
}

static bool take_list(struct reading *r, const struct option *option, const yaml_node_t *node)
{
	struct cw_config_list *list = member(r->config, option);
	yaml_node_item_t *item;

	if (node->type != YAML_SEQUENCE_NODE)
		return bad(r, 6102, node, option->path, "a list is wanted: [A, B]");
	item = node->data.sequence.items.start;
	list->count = (unsigned)(node->data.sequence.items.top - item);
	list->at = cw_new(&r->config->arena, const char *, list->count + 1);
	for (unsigned i = 0; i < list->count; i++) {
		const yaml_node_t *one = yaml_document_get_node(r->document, item[i]);
		const char *text = scalar(r, one, option->path);

		if (!text)
			return false;
		list->at[i] = keep(r->config, text, strlen(text));
	}
	return true;
}

static bool take_option(struct reading *r, const struct option *option, const yaml_node_t *node)
{
	const char *text;

	if (r->seen[option - options])
		return bad(r, 6102, node, option->path, "is said twice");
	r->seen[option - options] = true;
	if (option->kind == LIST)
		return take_list(r, option, node);
	text = scalar(r, node, option->path);
	if (!text)
		return false;
	if (option->kind == NUMBER)
		return take_number(r, option, node, text);
	if (option->kind == SECRET)
		return take_secret(r, option, node, text);
	*(const char **)member(r->config, option) = keep(r->config, text, strlen(text));
	return true;
}

/* Is @path the beginning of a key: "cutover" of "cutover.hooks.stop"? */
static bool is_group(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < OPTIONS; i++)
		if (strncmp(options[i].path, path, len) == 0 && options[i].path[len] == '.')
			return true;
	return false;
}

static const struct option *find(const char *path)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (strcmp(options[i].path, path) == 0)
			return &options[i];
	return NULL;
}

static bool unknown(struct reading *r, const yaml_node_t *key, const char *path)
{
	return cw_fail(r->err, CW_ERR_CONFIG, 6103, "%s, line %zu: no key '%s'; '%s' was meant?",
		       r->where, key->start_mark.line + 1, path, nearest(path));
}

/* Keys of one mapping; groups nest three deep at most, by the table. */
static bool take_mapping(struct reading *r, const yaml_node_t *node, const char *prefix)
{
	yaml_node_pair_t *pair;

	if (node->type != YAML_MAPPING_NODE)
		return bad(r, 6102, node, *prefix ? prefix : "the file", "key: value is wanted");
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(r->document, pair->key);
		const yaml_node_t *value = yaml_document_get_node(r->document, pair->value);
		const char *name = scalar(r, key, prefix);
		const struct option *option;
		char path[PATH_ROOM];

		if (!name)
			return false;
		if (snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "", name) >=
		    (int)sizeof(path))
			return bad(r, 6103, key, prefix, "no key is that long");
		option = find(path);
		if (option) {
			if (!take_option(r, option, value))
				return false;
		} else if (!is_group(path)) {
			return unknown(r, key, path);
		} else if (!take_mapping(r, value, path)) {
			return false;
		}
	}
	return true;
}

/* ---- the whole ---------------------------------------------------------------- */

static bool fill_presets(struct reading *r)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *option = &options[i];

		if (r->seen[i])
			continue;
		if (option->required)
			return cw_fail(r->err, CW_ERR_CONFIG, 6104, "%s: %s is missing (%s)",
				       r->where, option->path, option->help);
		if (!option->preset)
			continue;
		if (option->kind == NUMBER)
			*(int64_t *)member(r->config, option) = strtoll(option->preset, NULL, 10);
		else
			*(const char **)member(r->config, option) = option->preset;
	}
	return true;
}

/* One way to say where Oracle is: the three keys are an Easy Connect string. */
static bool make_connect(struct reading *r)
{
	struct cw_config *config = r->config;
	bool six;
	char *made;
	size_t room;

	if (config->source.connect) {
		if (!config->source.host && !config->source.service)
			return true;
		return cw_fail(r->err, CW_ERR_CONFIG, 6105,
			       "%s: source.connect or source.host and source.service, not both",
			       r->where);
	}
	if (!config->source.host || !config->source.service)
		return cw_fail(r->err, CW_ERR_CONFIG, 6104,
			       "%s: source.connect is missing, or source.host and source.service",
			       r->where);
	six = strchr(config->source.host, ':') != NULL;
	room = strlen(config->source.host) + strlen(config->source.service) + 16;
	made = cw_new(&config->arena, char, room);
	(void)snprintf(made, room, "//%s%s%s:%d/%s", six ? "[" : "", config->source.host,
		       six ? "]" : "", (int)config->source.port, config->source.service);
	config->source.connect = made;
	return true;
}

/* A folder that is no path from the root lies in the crossing's. */
static void place_wallet(struct cw_config *config)
{
	size_t room;
	char *path;

	if (!config->source.wallet || config->source.wallet[0] == '/')
		return;
	room = strlen(config->dir) + strlen(config->source.wallet) + 2;
	path = cw_new(&config->arena, char, room);
	(void)snprintf(path, room, "%s/%s", config->dir, config->source.wallet);
	config->source.wallet = path;
}

static const char *slot_of(struct cw_config *config)
{
	size_t room = strlen(config->name) + sizeof("causeway_");
	char *slot = cw_new(&config->arena, char, room);

	(void)snprintf(slot, room, "causeway_%s", config->name);
	return slot;
}

static bool check_whole(struct reading *r)
{
	const struct cw_config *config = r->config;
	size_t len = strlen(config->name);

	if (!make_connect(r))
		return false;
	place_wallet(r->config);
	r->config->slot = slot_of(r->config);
	if (len > 40 || strspn(config->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len)
		return cw_fail(r->err, CW_ERR_CONFIG, 6105,
			       "%s: crossing: '%s' is not a name of a-z, 0-9 and _, 40 at most",
			       r->where, config->name);
	if (strcmp(config->follow.mode, "raw") != 0 && strcmp(config->follow.mode, "catalog") != 0)
		return cw_fail(r->err, CW_ERR_CONFIG, 6105,
			       "%s: follow.mode: raw or catalog is wanted", r->where);
	if (config->source.schemas.count == 0)
		return cw_fail(r->err, CW_ERR_CONFIG, 6104, "%s: source.schemas names none",
			       r->where);
	if (strstr(config->target.conninfo, "password"))
		return cw_fail(r->err, CW_ERR_CONFIG, 6105,
			       "%s: target.conninfo: no password here, say target.password: "
			       "file:PATH or env:NAME",
			       r->where);
	return true;
}

static bool read_document(struct reading *r, yaml_parser_t *parser)
{
	yaml_document_t document;
	yaml_node_t *root;
	bool ok;

	if (!yaml_parser_load(parser, &document))
		return cw_fail(r->err, CW_ERR_CONFIG, 6102, "%s, line %zu: %s", r->where,
			       parser->problem_mark.line + 1,
			       parser->problem ? parser->problem : "not YAML");
	root = yaml_document_get_root_node(&document);
	r->document = &document;
	ok = root ? take_mapping(r, root, "")
		  : cw_fail(r->err, CW_ERR_CONFIG, 6102, "%s: the file is empty", r->where);
	yaml_document_delete(&document);
	return ok && fill_presets(r) && check_whole(r);
}

bool cw_config_parse(const char *dir, const char *where, struct cw_bytes text,
		     struct cw_config *ret, struct cw_err *err)
{
	struct reading r = { .config = ret, .where = where, .err = err };
	yaml_parser_t parser;
	bool ok;

	*ret = (struct cw_config){ .arena = CW_ARENA(16u << 20) };
	ret->dir = keep(ret, dir, strlen(dir));
	if (!yaml_parser_initialize(&parser))
		return cw_fail(err, CW_ERR_LIMIT, 6101, "%s: no memory to read it", where);
	yaml_parser_set_input_string(&parser, text.at, text.len);
	ok = read_document(&r, &parser);
	yaml_parser_delete(&parser);
	if (!ok)
		cw_config_release(ret);
	return ok;
}

/* At most @room bytes of a file; *ret_len == room means there may be more. */
static bool read_file(const char *path, uint8_t *to, size_t room, size_t *ret_len,
		      struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;

	if (fd < 0)
		return cw_fail_errno(err, 6101, "open %s", path);
	while (len < room) {
		ssize_t got = read(fd, to + len, room - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cw_fail_errno(err, 6101, "read %s", path);
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*ret_len = len;
	return true;
}

bool cw_config_load(const char *dir, struct cw_config *ret, struct cw_err *err)
{
	struct cw_arena arena = CW_ARENA(2 * FILE_BYTES_MAX);
	char where[4096], *absolute;
	uint8_t *text;
	size_t len;
	bool ok;

	absolute = realpath(dir, NULL);
	if (!absolute)
		return cw_fail_errno(err, 6101, "the crossing's folder %s", dir);
	if (snprintf(where, sizeof(where), "%s/crossing.yaml", absolute) >= (int)sizeof(where)) {
		free(absolute);
		return cw_fail(err, CW_ERR_CONFIG, 6101, "%s: the path is too long", dir);
	}
	text = cw_new(&arena, uint8_t, FILE_BYTES_MAX);
	ok = read_file(where, text, FILE_BYTES_MAX, &len, err);
	if (ok && len == FILE_BYTES_MAX)
		ok = cw_fail(err, CW_ERR_CONFIG, 6102, "%s: longer than 1 MiB", where);
	ok = ok && cw_config_parse(absolute, where, (struct cw_bytes){ text, len }, ret, err);
	free(absolute);
	cw_arena_release(&arena);
	return ok;
}

/* ---- secrets and logins ---------------------------------------------------------- */

void cw_secret_forget(struct cw_secret *secret)
{
	if (!secret->at)
		return;
	explicit_bzero(secret->at, secret->room);
	(void)munmap(secret->at, secret->room);
	secret->at = NULL;
	secret->len = 0;
}

void cw_config_release(struct cw_config *config)
{
	cw_secret_forget(&config->source.password);
	cw_secret_forget(&config->source.wallet_password);
	cw_secret_forget(&config->target.password);
	cw_arena_release(&config->arena);
}

static bool locked_room(struct cw_secret *secret, struct cw_err *err)
{
	void *room = mmap(NULL, SECRET_BYTES_MAX, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		return cw_fail_errno(err, 6106, "memory for a secret");
	/* An account without the right to lock still gets its secret, kept out of cores. */
	(void)mlock(room, SECRET_BYTES_MAX);
	(void)madvise(room, SECRET_BYTES_MAX, MADV_DONTDUMP);
	secret->at = room;
	secret->room = SECRET_BYTES_MAX;
	return true;
}

static bool read_secret_file(const char *dir, struct cw_secret *secret, const char *name,
			     struct cw_err *err)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s%s%s", *name == '/' ? "" : dir,
		     *name == '/' ? "" : "/", name) >= (int)sizeof(path))
		return cw_fail(err, CW_ERR_CONFIG, 6106, "%s: the path is too long", name);
	if (!read_file(path, secret->at, secret->room, &secret->len, err)) {
		err->code = 6106;
		err->kind = CW_ERR_CONFIG;
		return cw_err_add(err, "a secret");
	}
	while (secret->len > 0 &&
	       (secret->at[secret->len - 1] == '\n' || secret->at[secret->len - 1] == '\r'))
		secret->len--;
	if (secret->len == 0 || secret->len >= secret->room)
		return cw_fail(err, CW_ERR_CONFIG, 6106, "%s: a secret of 1 to %d bytes is wanted",
			       path, SECRET_BYTES_MAX - 1);
	return true;
}

bool cw_secret_read(const char *dir, struct cw_secret *secret, struct cw_err *err)
{
	const char *value;

	if (!secret->reference || secret->at)
		return true;
	if (strncmp(secret->reference, "file:", 5) != 0 &&
	    strncmp(secret->reference, "env:", 4) != 0)
		return cw_fail(err, CW_ERR_CONFIG, 6106,
			       "a secret is named by file:PATH or env:NAME, not said itself");
	if (!locked_room(secret, err))
		return false;
	if (strncmp(secret->reference, "file:", 5) == 0) {
		if (read_secret_file(dir, secret, secret->reference + 5, err))
			return true;
		cw_secret_forget(secret);
		return false;
	}
	value = getenv(secret->reference + 4);
	if (!value || !*value || strlen(value) >= secret->room) {
		cw_secret_forget(secret);
		return cw_fail(err, CW_ERR_CONFIG, 6106, "%s: the variable is not set, or too long",
			       secret->reference);
	}
	secret->len = strlen(value);
	memcpy(secret->at, value, secret->len);
	return true;
}

static bool read_line(int fd, int cancel_fd, struct cw_secret *secret, struct cw_err *err)
{
	ssize_t got;

	if (!cw_io_wait(fd, POLLIN, cancel_fd, 0, err))
		return false;
	got = read(fd, secret->at, secret->room - 1);
	if (got < 0)
		return cw_fail_errno(err, 6106, "reading a password");
	secret->len = (size_t)got;
	while (secret->len > 0 && secret->at[secret->len - 1] == '\n')
		secret->len--;
	return secret->len > 0 || cw_fail(err, CW_ERR_CONFIG, 6106, "no password was typed");
}

bool cw_secret_ask(const char *prompt, int cancel_fd, struct cw_secret *secret, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios shown, hidden;
	bool good;

	if (fd < 0 || tcgetattr(fd, &shown) != 0)
		return cw_fail(err, CW_ERR_CONFIG, 6106,
			       "no terminal to ask for a password at: name it by file:PATH or "
			       "env:NAME");
	if (!locked_room(secret, err))
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(fd, TCSAFLUSH, &hidden);
	(void)!write(fd, prompt, strlen(prompt));
	good = read_line(fd, cancel_fd, secret, err);
	(void)tcsetattr(fd, TCSAFLUSH, &shown);
	(void)!write(fd, "\n", 1);
	if (!good)
		cw_secret_forget(secret);
	return good;
}

bool cw_config_ora_login(struct cw_config *config, const char *program, struct cw_ora_login *ret,
			 struct cw_err *err)
{
	if (!cw_secret_read(config->dir, &config->source.password, err) ||
	    !cw_secret_read(config->dir, &config->source.wallet_password, err))
		return false;
	*ret = (struct cw_ora_login){
		.connect = config->source.connect,
		.wallet = config->source.wallet,
		.user = config->source.user,
		.password = { config->source.password.at, config->source.password.len },
		.wallet_password = { config->source.wallet_password.at,
				     config->source.wallet_password.len },
		.encryption = config->source.encryption,
		.encryption_types = config->source.encryption_types,
		.checksum = config->source.checksum,
		.checksum_types = config->source.checksum_types,
		.program = program,
		.connect_timeout_ms = 10000,
		.call_timeout_ms = 60000,
		.cancel_fd = -1,
	};
	return true;
}

bool cw_config_pg_login(struct cw_config *config, const char *application_name,
			struct cw_pg_login *ret, struct cw_err *err)
{
	if (!cw_secret_read(config->dir, &config->target.password, err))
		return false;
	*ret = (struct cw_pg_login){
		.conninfo = config->target.conninfo,
		.password = { config->target.password.at, config->target.password.len },
		.application_name = application_name,
		.connect_timeout_ms = 10000,
		.call_timeout_ms = 60000,
		.cancel_fd = -1,
	};
	return true;
}

bool cw_config_path(const struct cw_config *config, const char *file, char *ret, size_t room,
		    struct cw_err *err)
{
	int len = snprintf(ret, room, "%s/%s", config->dir, file);

	if (len < 0 || (size_t)len >= room)
		return cw_fail(err, CW_ERR_CONFIG, 6102, "%s/%s: the path is too long", config->dir,
			       file);
	return true;
}

void cw_config_help(FILE *out)
{
	static const char *const kind_name[] = { "text", "number", "list", "secret" };

	for (size_t i = 0; i < OPTIONS; i++) {
		fprintf(out, "  %-28s %-7s", options[i].path, kind_name[options[i].kind]);
		if (options[i].preset)
			fprintf(out, " [%s]", options[i].preset);
		else if (options[i].required)
			fputs(" (needed)", out);
		fprintf(out, "\n      %s\n", options[i].help);
	}
}
