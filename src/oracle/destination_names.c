/*
 * destination_names.c - aliases of tnsnames.ora; see destination.h
 *
 * The file is looked for in TNS_ADMIN, else in ORACLE_HOME/network/admin, else in
 * /etc.  IFILE names another file, relative to the one that names it; a file is
 * read once.  An alias without a dot is looked for with NAMES.DEFAULT_DOMAIN of sqlnet.ora
 * first, if there is one, then as it is.  An alias said twice means what was said last, as with Oracle's drivers.
 */
#include "oracle/destination.h"

#include "base/os.h"
#include "codec/net_text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX (8u << 20)
#define FILES_MAX      64

struct search {
	const char *alias, *full_alias; /* with the default domain; NULL: there is none */
	struct cw_ora_destination *to;
	const char *found, *full_found;
	unsigned files;
	struct {
		dev_t device;
		ino_t inode;
	} seen[FILES_MAX];
	struct cw_err *err;
};

static bool seen_before(struct search *s, const struct stat *file)
{
	for (unsigned i = 0; i < s->files; i++)
		if (s->seen[i].device == file->st_dev && s->seen[i].inode == file->st_ino)
			return true;
	return false;
}

bool ora_read_whole(int fd, const char *path, size_t size, struct cw_arena *arena,
		    struct cw_bytes *ret, struct cw_err *err)
{
	uint8_t *text;
	size_t len = 0;

	if (size > FILE_BYTES_MAX)
		return cw_fail(err, CW_ERR_CONFIG, 7114, "%s: longer than 8 MiB", path);
	text = cw_new(arena, uint8_t, size + 1);
	while (len < size) {
		ssize_t got = read(fd, text + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cw_fail_errno(err, 7114, "read %s", path);
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*ret = (struct cw_bytes){ text, len };
	return true;
}

static bool search_file(struct search *s, const char *path);

static bool follow_ifile(struct search *s, const char *from, struct cw_bytes value)
{
	const char *slash = strrchr(from, '/');
	char path[PATH_MAX];
	int len;

	if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\'')) {
		value.at++;
		value.len -= 2;
	}
	if (value.len > 0 && value.at[0] == '/')
		len = snprintf(path, sizeof(path), "%.*s", (int)value.len, (const char *)value.at);
	else
		len = snprintf(path, sizeof(path), "%.*s/%.*s", slash ? (int)(slash - from) : 1,
			       slash ? from : ".", (int)value.len, (const char *)value.at);
	if (len < 0 || (size_t)len >= sizeof(path))
		return cw_fail(s->err, CW_ERR_CONFIG, 7114, "%s: IFILE: the path is too long", from);
	return search_file(s, path) || cw_err_add(s->err, "IFILE of %s", from);
}

static bool search_text(struct search *s, const char *path, struct cw_bytes text)
{
	struct cw_net_entry entry;

	while (cw_net_next_entry(&text, &s->to->arena, &entry)) {
		if (cw_net_has_alias(entry.names, "IFILE")) {
			if (!follow_ifile(s, path, entry.value))
				return false;
			continue;
		}
		if (entry.value.len > 0 && cw_net_has_alias(entry.names, s->alias))
			s->found = ora_keep_text(s->to, entry.value);
		if (entry.value.len > 0 && s->full_alias &&
		    cw_net_has_alias(entry.names, s->full_alias))
			s->full_found = ora_keep_text(s->to, entry.value);
	}
	return true;
}

static bool search_file(struct search *s, const char *path)
{
	CW_CLEANUP(cw_close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct cw_bytes text;
	struct stat file;

	if (fd < 0 || fstat(fd, &file) != 0)
		return cw_fail_errno(s->err, 7114, "open %s", path);
	if (!S_ISREG(file.st_mode))
		return cw_fail(s->err, CW_ERR_CONFIG, 7114, "%s is not a file", path);
	if (seen_before(s, &file))
		return true;
	if (s->files == FILES_MAX)
		return cw_fail(s->err, CW_ERR_CONFIG, 7114, "%s: more than %d files by IFILE", path,
			       FILES_MAX);
	s->seen[s->files].device = file.st_dev;
	s->seen[s->files++].inode = file.st_ino;
	return ora_read_whole(fd, path, (size_t)file.st_size, &s->to->arena, &text, s->err) &&
	       search_text(s, path, text);
}

static void add_domain(struct search *s)
{
	size_t room;
	char *full;

	if (strchr(s->alias, '.') || !s->to->default_domain)
		return;
	room = strlen(s->alias) + strlen(s->to->default_domain) + 2;
	full = cw_new(&s->to->arena, char, room);
	(void)snprintf(full, room, "%s.%s", s->alias, s->to->default_domain);
	s->full_alias = full;
}

bool ora_find_alias(const char *alias, struct cw_ora_destination *to, const char **ret,
		    struct cw_err *err)
{
	struct search s = { .to = to, .err = err };
	size_t len = strcspn(alias, " \t\r\n");
	char path[PATH_MAX];

	s.alias = ora_keep_text(to, (struct cw_bytes){ (const uint8_t *)alias, len });
	if (alias[len + strspn(alias + len, " \t\r\n")])
		return cw_fail(err, CW_ERR_CONFIG, 7110,
			       "\"%.80s\" is no alias, no host:port/service and no descriptor",
			       alias);
	if (!ora_config_file("tnsnames.ora", path, err))
		return false;
	add_domain(&s);
	if (!search_file(&s, path)) {
		err->kind = CW_ERR_CONFIG;
		return cw_err_add(err, "\"%s\" is taken for an alias of tnsnames.ora", s.alias);
	}
	*ret = s.full_found ? s.full_found : s.found;
	return *ret || cw_fail(err, CW_ERR_CONFIG, 7114,
				  "no alias \"%s\" in %s (a host is written //%s/service)", s.alias,
				  path, s.alias);
}
