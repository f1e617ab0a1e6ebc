"""mutate.py - the same statement in other words: white space, comments, letter case, aliases, order of columns

	mutate(sql, rng) -> Mutant(text, order, names)

`order` says which column of the original stands at each place of the mutant's answer (None: not a query whose list was
read), `names` how those columns are called now (None: as Oracle calls an expression).
"""
import re
from typing import NamedTuple, Optional

TOKEN = re.compile(r"""\s+|--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"[^"]*"|:\w+|[A-Za-z_][\w$#]*|\d+(?:\.\d+)?|=>|:=|<=|>=|<>|!=|\|\||.""",
                   re.S)
WORD = re.compile(r"[A-Za-z_]")
SPACES = [" ", "\n", "\t", "  ", " /* a; b */ ", " -- so\n", "\r\n "]
KEYWORDS = set("""all and as asc begin between by case connect delete desc distinct else end exists for from full group having in
inner insert into is join left like minus not null of on or order outer right scn select set sysdate systimestamp then union
update user values when where level rownum rowid dbtimezone""".split())


class Mutant(NamedTuple):
    text: str
    order: Optional[list]
    names: Optional[list]


def tokens_of(sql):
    return [token for token in TOKEN.findall(sql) if not token.isspace() and not token.startswith(("--", "/*"))]


def is_word(token):
    return bool(WORD.match(token))


def is_name(token):
    return (is_word(token) and token.lower() not in KEYWORDS) or token.startswith('"')


def split(tokens, separator=","):
    """Parts of @tokens between separators outside all brackets."""
    parts, depth = [[]], 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token.lower() == separator and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def join(parts):
    joined = []
    for part in parts:
        joined += [","] * bool(joined) + part
    return joined


def find(tokens, word, start=0):
    """The place of @word outside brackets; len(tokens) if there is none."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += (tokens[at] == "(") - (tokens[at] == ")")
        if depth == 0 and tokens[at].lower() == word:
            return at
    return len(tokens)


def closing(tokens, opening):
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at] == "(") - (tokens[at] == ")")
        if depth == 0:
            return at
    raise ValueError("a bracket is not closed")


# ---- aliases ------------------------------------------------------------------------------------------

def table_end(tokens, at):
    """Behind the name of a table that begins at @at, with its AS OF SCN."""
    at += 1
    while at < len(tokens) and tokens[at] == ".":
        at += 2
    if [token.lower() for token in tokens[at:at + 3]] == ["as", "of", "scn"]:
        at += 4
    return at


def table_places(tokens):
    """(end of the table's name, place of its alias or None) of each table in FROM, JOIN, UPDATE and their commas."""
    places, in_from = [], [False]
    at = 0
    while at < len(tokens):
        token = tokens[at].lower()
        if token == "(":
            in_from.append(False)
        elif token == ")":
            in_from.pop()
        elif token in ("from", "join") or (token == "update" and at == 0) or (token == "," and in_from[-1]):
            in_from[-1] = token != "update"
            if at + 1 < len(tokens) and is_name(tokens[at + 1]):
                end = table_end(tokens, at + 1)
                has = end < len(tokens) and is_name(tokens[end])
                places.append((end, end if has else None))
                at = end
                continue
        elif token in ("where", "group", "order", "set", "on", "connect", "union", "minus"):
            in_from[-1] = False
        at += 1
    return places


def alias_tables(tokens, rng):
    """Rename the aliases there are, give one to each table that has none; the alias if there is one table only."""
    places = table_places(tokens)
    renamed, added = {}, {}
    for number, (end, alias) in enumerate(places):
        fresh = f"{rng.choice(['q', 'Zz', 'a$'])}{number}"
        if alias is None:
            added[end] = fresh
        else:
            renamed[tokens[alias].lower()] = fresh
    ends = {alias for _, alias in places if alias is not None}
    made = []
    for at in range(len(tokens) + 1):
        if at in added:
            made.append(added[at])
        if at == len(tokens):
            break
        qualifies = at + 1 < len(tokens) and tokens[at + 1] == "." and (at == 0 or tokens[at - 1] != ".")
        if at in ends or (qualifies and tokens[at].lower() in renamed):
            made.append(renamed[tokens[at].lower()])
        else:
            made.append(tokens[at])
    only = next(iter(added.values())) if len(places) == 1 and added else None
    return made, only


# ---- the order of columns ----------------------------------------------------------------------------------

def item_name(item):
    """How the column of a plain item is called; None for an expression."""
    last = item[-1]
    if len(item) == 1 or item[-2] == "." or (len(item) > 1 and is_name(last) and item[-2] != "("):
        return last.strip('"') if last.startswith('"') else last.upper()
    return None


def shuffle_select(tokens, rng, alias):
    end = find(tokens, "from")
    items = split(tokens[1:end])
    if end == len(tokens) or any(item == ["*"] or "*" == item[-1] for item in items):
        return tokens, None, None
    order = list(range(len(items)))
    rng.shuffle(order)
    made, names = [], []
    for number, at in enumerate(order):
        item, has_alias = items[at], len(items[at]) > 1 and is_name(items[at][-1]) and items[at][-2] != "."
        if alias and len(item) == 1 and is_name(item[0]) and rng.random() < 0.5:
            item = [alias, ".", *item]
        if not has_alias and rng.random() < 0.5:
            item = item + ["as"] * (rng.random() < 0.5) + [f"c{number}_{at}"]
        made.append(item)
        names.append(item_name(item))
    return tokens[:1] + join(made) + tokens[end:], order, names


def shuffle_insert(tokens, rng):
    first = tokens.index("(")
    first_end = closing(tokens, first)
    if tokens[first_end + 1].lower() != "values":
        return tokens
    second, second_end = first_end + 2, closing(tokens, first_end + 2)
    pairs = list(zip(split(tokens[first + 1:first_end]), split(tokens[second + 1:second_end])))
    rng.shuffle(pairs)
    return (tokens[:first + 1] + join([name for name, _ in pairs]) + tokens[first_end:second + 1]
            + join([value for _, value in pairs]) + tokens[second_end:])


def shuffle_list(tokens, rng, first, last):
    parts = split(tokens[first:last])
    rng.shuffle(parts)
    return tokens[:first] + join(parts) + tokens[last:]


def shuffle_arguments(tokens, rng):
    """Named arguments of a call in PL/SQL."""
    if "=>" not in tokens:
        return tokens
    opening = tokens.index("(")
    return shuffle_list(tokens, rng, opening + 1, closing(tokens, opening))


# ---- white space and case ---------------------------------------------------------------------------------------

def random_case(token, rng):
    return "".join(rng.choice((letter.upper(), letter.lower())) for letter in token) if is_word(token) else token


def write(tokens, rng):
    text = rng.choice(["", " ", "\n"])
    for at, token in enumerate(tokens):
        if at:
            glued = (is_word(token[0]) or token[0] in "\"':0123456789") and (is_word(tokens[at - 1][0]) or tokens[at - 1][0] in "\"':0123456789")
            text += rng.choice(SPACES) if glued or rng.random() < 0.3 else ""
        text += random_case(token, rng)
    return text + rng.choice(["", " ", "\n"])


def mutate(sql, rng):
    tokens, order, names = tokens_of(sql), None, None
    verb = tokens[0].lower()
    alias = None
    if verb in ("select", "update", "delete"):
        tokens, alias = alias_tables(tokens, rng)
    if verb == "select":
        tokens, order, names = shuffle_select(tokens, rng, alias)
    elif verb == "insert":
        tokens = shuffle_insert(tokens, rng)
    elif verb == "update":
        first = find(tokens, "set") + 1
        tokens = shuffle_list(tokens, rng, first, find(tokens, "where", first))
    elif verb == "begin":
        tokens = shuffle_arguments(tokens, rng)
    return Mutant(write(tokens, rng), order, names)
