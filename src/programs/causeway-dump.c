/*
 * causeway-dump - show recorded Oracle Net sessions, field by field
 *
 * For who works on the codec: everything on the wire with its name, and how much of it
 * nothing accounts for.  The reading is the product's own (codec/walk.h).
 */
#include "codec/recording.h"
#include "codec/ttc_connect.h"
#include "codec/walk.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX (1u << 30)
#define DEPTH_MAX      16
#define SHOWN_BYTES    16 /* of a field, per line */

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char help_text[] =
	"causeway-dump - show recorded Oracle Net sessions, field by field\n"
	"\n"
	"  causeway-dump [options] FILE...\n"
	"      FILE: packets as \"C hex\" and \"S hex\" lines, a .tns-cassette, what PYO_DEBUG_PACKETS\n"
	"      prints or go-ora's TRACE FILE holds, a trace of Oracle Net (TRACE_LEVEL_CLIENT=16), or\n"
	"      a capture of libpcap (pcap or pcapng)\n"
	"  -s, --summary           one line for each file, nothing else\n"
	"  -p, --problems          only messages with bytes that no field accounts for\n"
	"  -a, --assume WORDS      of a session whose beginning was not recorded: fv=N (field version),\n"
	"                          then any of narrow (11.2 packets), eor (end of response), raw-chr,\n"
	"                          sb1 (signed bytes as integers), oer (short ERROR), small-chunks,\n"
	"                          native (OCI's integers and structures), packed (no padding\n"
	"                          between arguments), fields (no structures), short\n"
	"                          (fields, and pointers of one byte);\n"
	"                          without it the forms in use are tried until one fits\n"
	"  -w, --password-file F   check each login: made with the password in F's first line?\n"
	"  -h, --help | --version\n"
	"\n"
	"Secrets are shown as they are on the wire: login keys, passwords under them, bound values.\n"
	"Exit: 0 every byte belongs to a field and every login is proven, 1 not so, or a file cannot\n"
	"be read, 2 usage.\n";

/* ---- what is shown ------------------------------------------------------------------------ */

struct view {
	struct cw_walk_listener listener; /* first */
	struct cw_recording_player player;
	struct cw_walk *walk;
	bool quiet, only_problems, is_trial;
	const struct cw_ttc *assumed; /* NULL: what the session says */
	bool assumed_wide;
	bool needs_assuming; /* calls came, but nothing was negotiated */
	const uint8_t *base;
	const char *path[DEPTH_MAX];
	int64_t index[DEPTH_MAX];
	unsigned depth;
	char *held; /* only_problems: the message until it is known to have one */
	size_t held_len;
	FILE *out;
	struct cw_walk_counts total;
	char password[CW_LOGIN_PASSWORD_MAX + 1]; /* "": logins are not checked */
	struct cw_login_challenge challenge;
	struct cw_login_answer answer;
	bool has_challenge, has_answer;
	unsigned logins_proven, logins_not;
};

static struct view *view_of_listener(struct cw_walk_listener *listener)
{
	return (struct view *)listener;
}

static void put_hex(FILE *out, struct cw_bytes bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, i < bytes.len ? "%02x" : "  ", i < bytes.len ? bytes.at[i] : 0u);
}

static void put_text(FILE *out, struct cw_bytes text)
{
	(void)fputc('"', out);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == '"' || c == '\\')
			(void)fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			(void)fprintf(out, "\\x%02x", c);
		else
			(void)fputc(c, out);
	}
	(void)fputc('"', out);
}

static bool is_printable(struct cw_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (!isprint(bytes.at[i]))
			return false;
	return bytes.len > 1;
}

static void put_value(FILE *out, const struct cw_field *field)
{
	switch (field->kind) {
	case CW_FIELD_U8:
	case CW_FIELD_U16BE:
	case CW_FIELD_U16LE:
	case CW_FIELD_U32BE:
	case CW_FIELD_LE:
	case CW_FIELD_UB:
		(void)fprintf(out, "%" PRIu64, field->number);
		if (field->number > 9)
			(void)fprintf(out, " (0x%" PRIx64 ")", field->number);
		break;
	case CW_FIELD_SB:
		(void)fprintf(out, "%" PRId64, (int64_t)field->number);
		break;
	default:
		if (field->bytes.len == 0)
			(void)fputs(field->kind == CW_FIELD_RAW ? "empty" : "NULL", out);
		else if (field->is_text || is_printable(field->bytes))
			put_text(out, field->bytes);
		else
			(void)fprintf(out, "%zu bytes", field->bytes.len);
	}
}

/* "column[3].name" */
static void put_path(FILE *out, const struct view *view, const char *name)
{
	for (unsigned i = 0; i < view->depth && i < DEPTH_MAX; i++) {
		(void)fputs(view->path[i], out);
		if (view->index[i] >= 0)
			(void)fprintf(out, "[%" PRId64 "]", view->index[i]);
		(void)fputc('.', out);
	}
	(void)fputs(name, out);
}

static void put_bytes(struct view *view, struct cw_bytes bytes)
{
	for (size_t done = SHOWN_BYTES; done < bytes.len; done += SHOWN_BYTES) {
		struct cw_bytes part = { bytes.at + done, bytes.len - done };

		if (part.len > SHOWN_BYTES)
			part.len = SHOWN_BYTES;
		(void)fprintf(view->out, "  %04zx  ", (size_t)(part.at - view->base));
		put_hex(view->out, part, part.len);
		(void)fputc('\n', view->out);
	}
}

static void on_begin(struct cw_walk_listener *listener, const struct cw_walk_unit *unit)
{
	struct view *view = view_of_listener(listener);

	view->base = unit->rest.at;
	view->depth = 0;
	if (view->quiet)
		return;
	if (view->only_problems)
		view->out = open_memstream(&view->held, &view->held_len);
	(void)fprintf(view->out, "%s %s %s\n", unit->from == CW_FROM_CLIENT ? "C" : "S",
		      unit->is_packet ? "packet" : "message", unit->name);
}

static void on_field(struct cw_walk_listener *listener, const struct cw_field *field)
{
	struct view *view = view_of_listener(listener);
	struct cw_bytes first = field->wire;

	if (view->quiet)
		return;
	if (first.len > SHOWN_BYTES)
		first.len = SHOWN_BYTES;
	(void)fprintf(view->out, "  %04zx  ", (size_t)(field->wire.at - view->base));
	put_hex(view->out, first, SHOWN_BYTES);
	(void)fputs("  ", view->out);
	put_path(view->out, view, field->name);
	(void)fputs(": ", view->out);
	put_value(view->out, field);
	(void)fputc('\n', view->out);
	put_bytes(view, field->wire);
}

static void on_enter(struct cw_walk_listener *listener, const char *name, int64_t index)
{
	struct view *view = view_of_listener(listener);

	if (view->depth < DEPTH_MAX) {
		view->path[view->depth] = name;
		view->index[view->depth] = index;
	}
	view->depth++;
}

static void on_leave(struct cw_walk_listener *listener)
{
	struct view *view = view_of_listener(listener);

	if (view->depth > 0)
		view->depth--;
}

static void on_end(struct cw_walk_listener *listener, const char *why, struct cw_bytes unread)
{
	struct view *view = view_of_listener(listener);

	if (view->quiet)
		return;
	if (why)
		(void)fprintf(view->out, "  !!    %s; %zu bytes belong to no field\n", why,
			      unread.len);
	if (unread.len > 0) {
		struct cw_bytes first = unread;

		if (first.len > SHOWN_BYTES)
			first.len = SHOWN_BYTES;
		(void)fprintf(view->out, "  %04zx  ", (size_t)(unread.at - view->base));
		put_hex(view->out, first, first.len);
		(void)fputc('\n', view->out);
		put_bytes(view, unread);
	}
	if (!view->only_problems)
		return;
	(void)fclose(view->out);
	view->out = stdout;
	if (why)
		(void)fwrite(view->held, 1, view->held_len, stdout);
	free(view->held);
	view->held = NULL;
}

/* The login's last word: both sides have proven themselves, or not. */
static void check_login(struct view *view, struct cw_bytes proof)
{
	struct cw_err err;

	if (view->has_challenge && view->has_answer &&
	    cw_login_witness(&view->challenge, &view->answer, proof, cw_bytes_of(view->password),
			     &err))
		view->logins_proven++;
	else
		view->logins_not++;
}

static void on_login(struct cw_walk_listener *listener, enum cw_walk_from from, unsigned phase,
		     const struct cw_ttc_pair *pair, uint32_t count)
{
	struct cw_ttc_auth auth = { .pair = pair, .pair_count = count };
	struct view *view = view_of_listener(listener);
	struct cw_err err;

	if (!view->password[0])
		return;
	if (phase == 1 && from == CW_FROM_SERVER)
		view->has_challenge = cw_ttc_get_challenge(&auth, &view->challenge, &err);
	else if (phase == 2 && from == CW_FROM_CLIENT)
		view->has_answer = cw_ttc_get_login_answer(&auth, &view->answer, &err);
	else if (phase == 2)
		check_login(view, cw_ttc_auth_value(&auth, "AUTH_SVR_RESPONSE", NULL));
}

/* ---- sessions -------------------------------------------------------------------------------- */

static void add_counts(struct view *view)
{
	const uint64_t *from = (const uint64_t *)cw_walk_counts(view->walk);
	uint64_t *to = (uint64_t *)&view->total;

	for (size_t i = 0; i < sizeof(view->total) / sizeof(uint64_t); i++)
		to[i] += from[i];
}

static void end_session(struct view *view)
{
	if (!view->walk)
		return;
	cw_walk_end(view->walk);
	add_counts(view);
	view->needs_assuming |= cw_walk_is_assuming(view->walk);
	cw_walk_free(view->walk);
	view->walk = NULL;
}

static struct view *view_of_player(struct cw_recording_player *player)
{
	return (struct view *)((char *)player - offsetof(struct view, player));
}

static void on_session(struct cw_recording_player *player)
{
	struct view *view = view_of_player(player);

	end_session(view);
	view->walk = cw_walk_new(&view->listener);
	if (view->assumed)
		cw_walk_assume(view->walk, view->assumed, view->assumed_wide);
}

static void on_bytes(struct cw_recording_player *player, enum cw_walk_from from,
		     struct cw_bytes bytes)
{
	struct view *view = view_of_player(player);

	cw_walk_bytes(view->walk, from, bytes);
}

static void init_view(struct view *view)
{
	*view = (struct view){
		.listener = { on_begin, on_field, on_enter, on_leave, on_end, on_login },
		.player = { on_session, on_bytes },
		.out = stdout,
	};
}

static bool play(struct view *view, struct cw_bytes file, struct cw_err *err)
{
	bool good;

	memset(&view->total, 0, sizeof(view->total));
	view->logins_proven = view->logins_not = 0;
	view->has_challenge = view->has_answer = false;
	good = cw_recording_play(file, &view->player, err);
	end_session(view);
	return good;
}

/* ---- sessions without a beginning --------------------------------------------------------------- */

static const uint8_t versions[] = { 24, 23, 22, 20, 18, 17, 16, 14, 13, 12, 11,
				    10, 9,  8,	7,  6,	5,  4,	3,  2 };

#define FORMS  256u /* of each field version */
#define FIELDS 69u  /* native, packed, fields */
#define SHORT  128u

static void form(unsigned which, struct cw_ttc *ttc, bool *wide)
{
	*ttc = (struct cw_ttc){
		.field_version = versions[which / FORMS],
		.sb1_raw = !(which & 1) || (which & 64),
		.oer_wide = !(which & 2),
		.chr_raw = which & 4,
		.big_chunks = !(which & 8),
		.end_of_response = !(which & 32),
		.native = which & 64,
		.native_packed = (which & 64) && (which & 1),
		.native_fields = (which & 64) && (which & 4),
		.native_short = which & SHORT,
		.string_bytes_max = 32767,
	};
	*wide = !(which & 16);
}

/* The form by which the fewest bytes belong to no field. */
static void guess(struct cw_bytes file, struct cw_ttc *ret, bool *ret_wide)
{
	uint64_t least = UINT64_MAX;

	for (unsigned which = 0; which < FORMS * sizeof(versions) && least > 0; which++) {
		struct cw_err err;
		struct cw_ttc ttc;
		struct view trial;
		bool wide;
		uint64_t bad;

		if ((which & SHORT) && (which & FIELDS) != FIELDS)
			continue;
		init_view(&trial);
		form(which, &ttc, &wide);
		trial.quiet = true;
		trial.assumed = &ttc;
		trial.assumed_wide = wide;
		if (!play(&trial, file, &err))
			continue;
		bad = trial.total.unread_bytes + trial.total.problems;
		if (bad >= least)
			continue;
		least = bad;
		*ret = ttc;
		*ret_wide = wide;
	}
}

static bool parse_assumed(const char *words, struct cw_ttc *ret, bool *ret_wide)
{
	char copy[128], *rest = copy, *word;

	if (strlen(words) >= sizeof(copy))
		return false;
	strcpy(copy, words);
	*ret = (struct cw_ttc){ .sb1_raw = true,
				.oer_wide = true,
				.big_chunks = true,
				.string_bytes_max = 32767 };
	*ret_wide = true;
	while ((word = strsep(&rest, ", ")) != NULL) {
		if (strncmp(word, "fv=", 3) == 0)
			ret->field_version = (uint8_t)strtoul(word + 3, NULL, 10);
		else if (strcmp(word, "narrow") == 0)
			*ret_wide = false;
		else if (strcmp(word, "eor") == 0)
			ret->end_of_response = true;
		else if (strcmp(word, "raw-chr") == 0)
			ret->chr_raw = true;
		else if (strcmp(word, "sb1") == 0)
			ret->sb1_raw = false;
		else if (strcmp(word, "oer") == 0)
			ret->oer_wide = false;
		else if (strcmp(word, "small-chunks") == 0)
			ret->big_chunks = false;
		else if (strcmp(word, "native") == 0)
			ret->native = true;
		else if (strcmp(word, "packed") == 0)
			ret->native = ret->native_packed = true;
		else if (strcmp(word, "fields") == 0)
			ret->native = ret->native_packed = ret->native_fields = true;
		else if (strcmp(word, "short") == 0)
			ret->native = ret->native_packed = ret->native_fields = ret->native_short =
				true;
		else
			return false;
	}
	return ret->field_version > 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

static bool read_file(const char *path, struct cw_bytes *ret, struct cw_err *err)
{
	struct stat about;
	FILE *file = fopen(path, "rb");
	uint8_t *at;

	if (!file || fstat(fileno(file), &about) != 0) {
		(void)cw_fail_errno(err, 1202, "%s", path);
		if (file)
			(void)fclose(file);
		return false;
	}
	if (about.st_size <= 0 || about.st_size > FILE_BYTES_MAX) {
		(void)fclose(file);
		return cw_fail(err, CW_ERR_DATA, 2140, "%s is empty or longer than 1 GiB", path);
	}
	at = malloc((size_t)about.st_size);
	if (!at)
		abort();
	ret->at = at;
	ret->len = fread(at, 1, (size_t)about.st_size, file);
	(void)fclose(file);
	return true;
}

static void put_summary(const char *path, const struct view *view)
{
	const struct cw_walk_counts *c = &view->total;

	(void)printf("%s: %" PRIu64 " bytes, %" PRIu64 " packets, %" PRIu64 " messages, %" PRIu64
		     " fields (%" PRIu64 " unknown, of %" PRIu64 " bytes), %" PRIu64
		     " bytes in no field; written again: %" PRIu64
		     " packets and messages the same, %" PRIu64 " respelled; %" PRIu64 " problems",
		     path, c->bytes, c->packets, c->messages, c->fields, c->unknown_fields,
		     c->unknown_bytes, c->unread_bytes, c->messages_same, c->messages_respelled,
		     c->problems);
	if (view->password[0])
		(void)printf("; %u logins proven, %u not", view->logins_proven, view->logins_not);
	if (view->assumed)
		(void)printf("; assumed: fv=%u%s%s%s%s%s%s%s%s%s%s", view->assumed->field_version,
			     view->assumed_wide ? "" : " narrow",
			     view->assumed->end_of_response ? " eor" : "",
			     view->assumed->chr_raw ? " raw-chr" : "",
			     view->assumed->sb1_raw ? "" : " sb1",
			     view->assumed->oer_wide ? "" : " oer",
			     view->assumed->big_chunks ? "" : " small-chunks",
			     view->assumed->native ? " native" : "",
			     view->assumed->native_packed ? " packed" : "",
			     view->assumed->native_fields ? " fields" : "",
			     view->assumed->native_short ? " short" : "");
	(void)putchar('\n');
}

static bool begins_without_opening(struct cw_bytes file, struct cw_err *err)
{
	struct view look;

	init_view(&look);
	look.quiet = true;
	return play(&look, file, err) && look.needs_assuming;
}

static bool dump_file(const char *path, struct view *view, bool guessing, struct cw_err *err)
{
	struct cw_bytes file;
	struct cw_ttc guessed;
	bool good, assumed = view->assumed != NULL;

	if (!read_file(path, &file, err))
		return false;
	if (guessing && begins_without_opening(file, err)) {
		guess(file, &guessed, &view->assumed_wide);
		view->assumed = &guessed;
	}
	good = play(view, file, err);
	free((void *)(uintptr_t)file.at);
	if (good)
		put_summary(path, view);
	if (!assumed)
		view->assumed = NULL;
	return good;
}

static int usage(const char *reason)
{
	(void)fprintf(stderr, "causeway-dump: %s; see causeway-dump --help\n", reason);
	return EXIT_USAGE;
}

static bool read_password(const char *path, struct view *view)
{
	FILE *file = fopen(path, "r");

	if (!file)
		return false;
	if (!fgets(view->password, sizeof(view->password), file))
		view->password[0] = '\0';
	(void)fclose(file);
	view->password[strcspn(view->password, "\r\n")] = '\0';
	return view->password[0] != '\0';
}

static bool parse_options(int argc, char **argv, struct view *view, struct cw_ttc *assumed,
			  int *ret_exit)
{
	static const struct option options[] = {
		{ "summary", no_argument, NULL, 's' }, { "problems", no_argument, NULL, 'p' },
		{ "assume", required_argument, NULL, 'a' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { "password-file", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};

	for (int c; (c = getopt_long(argc, argv, "spa:hw:", options, NULL)) != -1;) {
		switch (c) {
		case 's':
			view->quiet = true;
			break;
		case 'p':
			view->only_problems = true;
			break;
		case 'a':
			if (!parse_assumed(optarg, assumed, &view->assumed_wide)) {
				*ret_exit = usage("--assume needs fv=N and known words");
				return false;
			}
			view->assumed = assumed;
			break;
		case 'w':
			if (!read_password(optarg, view)) {
				*ret_exit = usage("the password file cannot be read");
				return false;
			}
			break;
		case 'h':
			(void)fputs(help_text, stdout);
			*ret_exit = EXIT_DONE;
			return false;
		case 'v':
			(void)printf("causeway-dump %s\n", CW_VERSION);
			*ret_exit = EXIT_DONE;
			return false;
		default:
			*ret_exit = usage("unknown option");
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct cw_ttc assumed;
	struct view view;
	int status = EXIT_DONE;

	init_view(&view);
	if (!parse_options(argc, argv, &view, &assumed, &status))
		return status;
	if (optind == argc)
		return usage("no file");
	for (int i = optind; i < argc; i++) {
		struct cw_err err;

		if (!dump_file(argv[i], &view, view.assumed == NULL, &err)) {
			(void)fprintf(stderr, "causeway-dump: %s [CW%04u]\n", err.text, err.code);
			status = EXIT_FAILED;
		} else if (view.total.problems > 0 || view.logins_not > 0) {
			status = EXIT_FAILED;
		}
	}
	return status;
}
