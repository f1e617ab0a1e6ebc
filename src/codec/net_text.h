/*
 * net_text.h - the texts that Oracle Net is configured by: descriptors and tnsnames.ora
 *
 *	(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1521))
 *	  (CONNECT_DATA=(SERVICE_NAME=s)))
 *
 * A descriptor is a tree: a keyword has a value or a list of keywords.  Values
 * run to the closing parenthesis, or stand in "quotes" or 'quotes' as a whole;
 * keywords are letters, digits, _ and . in any case.  Blanks and line ends count
 * for nothing around all of it.  Bounded: 16 deep, 4096 keywords, 32 KiB.
 *
 * tnsnames.ora is a list of "alias, alias = descriptor" or "= host/service";
 * # begins a comment that runs to the line's end; an entry begins at a line's
 * start.  "IFILE = path" stands for another file.
 *
 * Owns		nodes live in the caller's arena and point into the text given
 * Errors	CW7110 with the place (config)
 * Threads	any
 * Sources	Oracle Net Services Reference 19c, chapter 4 (syntax) and 6 (tnsnames.ora);
 *		python-oracledb impl/base/parsers.pyx
 */
#ifndef CW_CODEC_NET_TEXT_H
#define CW_CODEC_NET_TEXT_H

#include "base/arena.h"
#include "base/wr.h"

#define CW_NET_TEXT_BYTES_MAX 32768u
#define CW_NET_DEPTH_MAX      16u
#define CW_NET_NODES_MAX      4096u

struct cw_net_node {
	struct cw_bytes name;
	bool is_list;
	struct cw_bytes value;		 /* without its quotes; empty for a list */
	const struct cw_net_node *child; /* of a list; NULL: it is empty */
	const struct cw_net_node *next;
};

/* One descriptor and nothing behind it. */
bool cw_net_parse(struct cw_bytes text, struct cw_arena *arena, const struct cw_net_node **ret,
		  struct cw_err *err) CW_MUST_CHECK;

bool cw_net_is(const struct cw_net_node *node, const char *name);
/* The last child of that name, as Oracle takes a key said twice; NULL: none. */
const struct cw_net_node *cw_net_child(const struct cw_net_node *list, const char *name);
/* "(NAME=value)", quoted where it must be; false if no quotes can help. */
bool cw_net_write(struct cw_wr *wr, const struct cw_net_node *node) CW_MUST_CHECK;
bool cw_net_write_value(struct cw_wr *wr, const char *name, struct cw_bytes value) CW_MUST_CHECK;

/* One entry of tnsnames.ora. */
struct cw_net_entry {
	struct cw_bytes names; /* "A, B" */
	struct cw_bytes value; /* comments taken out, in the arena; may be empty */
};

/*
 * The next entry, false at the end of the text; *rest moves past it.  Lines that make no
 * entry are passed over, as every driver does.
 */
bool cw_net_next_entry(struct cw_bytes *rest, struct cw_arena *arena, struct cw_net_entry *ret);
/* Is @alias one of "A, B", in whatever case? */
bool cw_net_has_alias(struct cw_bytes names, const char *alias);

#endif
