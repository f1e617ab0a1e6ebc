-- pkg_lob.sql - DBMS_LOB's procedures
--
-- A LOB variable of a block is its content: what a procedure of Oracle's does to its IN OUT argument, the function here gives
-- back. Where that lies is beside it, as rh.lob_out() says it (src/rehearsal/plsql_lob.c).  Places and amounts count characters of a CLOB, bytes of a BLOB.
-- Source of names, order and defaults: Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_LOB.

create schema if not exists "DBMS_LOB";
grant usage on schema "DBMS_LOB" to public;

create or replace function rh.lob_there(there boolean) returns void language plpgsql as $$
begin
	if not there then
		raise exception 'ORA-06502: PL/SQL: numeric or value error: invalid LOB locator specified: ORA-22275' using errcode = 'ORA00';
	end if;
end $$;
create or replace function rh.lob_range(good boolean) returns void language plpgsql as $$
begin
	if good is not true then
		raise exception 'ORA-21560: argument is null, invalid, or out of range' using errcode = 'ORA00';
	end if;
end $$;

-- Where a LOB lies, of what rh.lob_out() puts in front of it.
create or replace function rh.lob_row(home bytea) returns bigint language sql immutable strict parallel safe as $$
	select ('x' operator(pg_catalog.||) pg_catalog.encode(pg_catalog.substr($1, 1, 8), 'hex'))::bit(64)::bigint
$$;
create or replace function rh.lob_table(home bytea) returns oid language sql immutable strict parallel safe as $$
	select ('x' operator(pg_catalog.||) pg_catalog.encode(pg_catalog.substr($1, 9, 4), 'hex'))::bit(32)::bigint::oid
$$;
create or replace function rh.lob_column(home bytea) returns int2 language sql immutable strict parallel safe as $$
	select ('x' operator(pg_catalog.||) pg_catalog.encode(pg_catalog.substr($1, 13, 4), 'hex'))::bit(32)::int::int2
$$;

-- what is written through a locator: what lies in the row now, if that is locked, not what the locator shows
create or replace function rh.lob_now(content anyelement, home bytea) returns anyelement language plpgsql as $$
declare
	mine boolean;
begin
	if home is null then
		return content;
	end if;
	if pg_catalog.length(home) = 0 then
		raise exception 'ORA-03001: unimplemented feature: DBMS_LOB on what may lie in a row' using errcode = 'ORA00';
	end if;
	execute pg_catalog.format('select %I, rh.row_is_mine(tableoid, ctid) from %s where "ROWID$" = $1',
		(select a.attname from pg_catalog.pg_attribute a where a.attrelid = rh.lob_table(home) and a.attnum = rh.lob_column(home)),
		rh.lob_table(home)::regclass) into content, mine using rh.lob_row(home);
	perform rh.lob_there(content is not null);
	if not mine then
		raise exception 'ORA-22920: row containing the LOB value is not locked' using errcode = 'ORA00';
	end if;
	return content;
end $$;
create or replace function rh.lob_keep(content anyelement, home bytea) returns void language plpgsql as $$
begin
	if home is not null then
		perform rh.lob_put(rh.lob_table(home), rh.lob_column(home), rh.lob_row(home), content);
	end if;
end $$;
create or replace function rh.lob_is_temporary(home bytea) returns void language sql as $$
	select rh.lob_there(coalesce(pg_catalog.length(home), 0) = 0)
$$;

create or replace function rh.lob_temporary(there boolean, home bytea) returns numeric language plpgsql as $$
begin
	if there and pg_catalog.length(home) = 0 then
		raise exception 'ORA-03001: unimplemented feature: DBMS_LOB on what may lie in a row' using errcode = 'ORA00';
	end if;
	return case when there then case when home is null then 1 else 0 end end;
end $$;

-- content with @data at place @at (from 1), a gap filled
create or replace function rh.lob_patch(content text, at int, data text) returns text language sql immutable parallel safe as $$
	select pg_catalog.rpad(pg_catalog.substr(content, 1, at - 1), at - 1) operator(pg_catalog.||) data
	       operator(pg_catalog.||) pg_catalog.substr(content, at + pg_catalog.length(data))
$$;
create or replace function rh.lob_patch(content bytea, at int, data bytea) returns bytea language sql immutable parallel safe as $$
	select pg_catalog.substr(content, 1, at - 1)
	       operator(pg_catalog.||) pg_catalog.decode(pg_catalog.repeat('00', greatest(at - 1 - pg_catalog.length(content), 0)), 'hex')
	       operator(pg_catalog.||) data operator(pg_catalog.||) pg_catalog.substr(content, at + pg_catalog.length(data))
$$;

do $make$
declare
	lob text;
	empty text;
begin
	foreach lob in array array['text', 'bytea'] loop
		empty := pg_catalog.format('%L::%s', '', lob);
		execute pg_catalog.format($f$
		create or replace function "DBMS_LOB"."CREATETEMPORARY"("LOB_LOC" %1$s, "CACHE" boolean, "DUR" numeric default 10) returns %1$s
		language sql as 'select %2$s';
		create or replace function "DBMS_LOB"."FREETEMPORARY"("LOB_LOC" %1$s) returns %1$s language sql as 'select null::%1$s';
		create or replace function "DBMS_LOB"."OPEN"("LOB_LOC" %1$s, "OPEN_MODE" numeric) returns %1$s language sql as 'select $1';
		create or replace function "DBMS_LOB"."CLOSE"("LOB_LOC" %1$s) returns %1$s language sql as 'select $1';
		create or replace function "DBMS_LOB"."WRITE"("LOB_LOC" %1$s, "AMOUNT" numeric, "OFFSET" numeric, "BUFFER" %1$s) returns %1$s
		language plpgsql as 'begin
			perform rh.lob_there($1 is not null);
			perform rh.lob_range($2 >= 1 and $3 >= 1 and $2 <= pg_catalog.length($4));
			return rh.lob_patch($1, $3::int, pg_catalog.substr($4, 1, $2::int));
		end';
		create or replace function "DBMS_LOB"."WRITEAPPEND"("LOB_LOC" %1$s, "AMOUNT" numeric, "BUFFER" %1$s) returns %1$s
		language plpgsql as 'begin
			perform rh.lob_there($1 is not null);
			perform rh.lob_range($2 >= 1 and $2 <= pg_catalog.length($3));
			return $1 operator(pg_catalog.||) pg_catalog.substr($3, 1, $2::int);
		end';
		create or replace function "DBMS_LOB"."APPEND"("DEST_LOB" %1$s, "SRC_LOB" %1$s) returns %1$s
		language plpgsql as 'begin
			perform rh.lob_there($1 is not null and $2 is not null);
			return $1 operator(pg_catalog.||) $2;
		end';
		create or replace function "DBMS_LOB"."TRIM"("LOB_LOC" %1$s, "NEWLEN" numeric) returns %1$s
		language plpgsql as 'begin
			perform rh.lob_there($1 is not null);
			perform rh.lob_range($2 >= 0 and $2 <= pg_catalog.length($1));
			return pg_catalog.substr($1, 1, $2::int);
		end';
		create or replace function "DBMS_LOB"."COPY"("DEST_LOB" %1$s, "SRC_LOB" %1$s, "AMOUNT" numeric, "DEST_OFFSET" numeric default 1,
			"SRC_OFFSET" numeric default 1) returns %1$s
		language plpgsql as 'begin
			perform rh.lob_there($1 is not null and $2 is not null);
			perform rh.lob_range($3 >= 1 and $4 >= 1 and $5 >= 1);
			return rh.lob_patch($1, $4::int, pg_catalog.substr($2, $5::int, least($3, 1073741823)::int));
		end';
		$f$, lob, pg_catalog.replace(empty, '''', ''''''));
	end loop;
end $make$;

-- CONVERTTOBLOB and CONVERTTOCLOB: what is read, as it is written; of a character set by its number, 0 being the database's (A-486).
create or replace function rh.lob_charset(csid numeric) returns text language plpgsql immutable set search_path = pg_catalog as $$
declare
	name text := case csid when 873 then 'UTF8' when 31 then 'LATIN1' when 178 then 'WIN1252' end;
begin
	if name is null then
		perform rh.raise('ORA-03001: unimplemented feature: DBMS_LOB.CONVERTTOBLOB and CONVERTTOCLOB with this character set');
	end if;
	return name;
end $$;
create or replace function rh.lob_check_conversion(there boolean, amount numeric, dest_offset numeric, src_offset numeric, csid numeric) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.lob_there(there and amount is not null and dest_offset is not null and src_offset is not null and csid is not null);
	perform rh.lob_range(amount >= 1 and dest_offset >= 1 and src_offset >= 1);
end $$;
create or replace function rh.lob_to_blob(source text, amount numeric, src_offset numeric, csid numeric, out piece bytea, out taken numeric)
language plpgsql set search_path = pg_catalog as $$
declare
	cut text := substr(source, src_offset::int, least(amount, 1073741823)::int);
begin
	piece := case csid when 0 then ora.text_to_raw(cut) else convert_to(cut, rh.lob_charset(csid)) end;
	taken := length(cut);
end $$;
create or replace function rh.lob_to_clob(source bytea, amount numeric, src_offset numeric, csid numeric, out piece text, out taken numeric)
language plpgsql set search_path = pg_catalog as $$
declare
	cut bytea := substr(source, src_offset::int, least(amount, 1073741823)::int);
begin
	piece := case csid when 0 then ora.raw_to_text(cut) else convert_from(cut, rh.lob_charset(csid)) end;
	taken := length(cut);
end $$;
create or replace function rh.lob_converted_blob(source text, amount numeric, dest_offset numeric, src_offset numeric, csid numeric,
						 out dest_end numeric, out src_end numeric) language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.lob_check_conversion(source is not null, amount, dest_offset, src_offset, csid);
	select $3 + coalesce(length(p.piece), 0), $4 + p.taken into dest_end, src_end from rh.lob_to_blob($1, $2, $4, $5) p;
end $$;
create or replace function rh.lob_converted_clob(source bytea, amount numeric, dest_offset numeric, src_offset numeric, csid numeric,
						 out dest_end numeric, out src_end numeric) language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.lob_check_conversion(source is not null, amount, dest_offset, src_offset, csid);
	select $3 + coalesce(length(p.piece), 0), $4 + p.taken into dest_end, src_end from rh.lob_to_clob($1, $2, $4, $5) p;
end $$;
create or replace function "DBMS_LOB"."CONVERTTOBLOB"("DEST_LOB" bytea, "SRC_CLOB" text, "AMOUNT" numeric, "DEST_OFFSET" numeric, "SRC_OFFSET" numeric,
						      "BLOB_CSID" numeric, "LANG_CONTEXT" numeric, "WARNING" numeric) returns bytea
language plpgsql as $$
begin
	perform rh.lob_there($1 is not null);
	return rh.lob_patch($1, $4::int, coalesce((select p.piece from rh.lob_to_blob($2, $3, $5, $6) p), ''));
end $$;
create or replace function "DBMS_LOB"."CONVERTTOCLOB"("DEST_LOB" text, "SRC_BLOB" bytea, "AMOUNT" numeric, "DEST_OFFSET" numeric, "SRC_OFFSET" numeric,
						      "BLOB_CSID" numeric, "LANG_CONTEXT" numeric, "WARNING" numeric) returns text
language plpgsql as $$
begin
	perform rh.lob_there($1 is not null);
	return rh.lob_patch($1, $4::int, coalesce((select p.piece from rh.lob_to_clob($2, $3, $5, $6) p), ''));
end $$;

-- constants
create or replace function "DBMS_LOB"."DEFAULT_CSID"() returns numeric language sql immutable as $$ select 0::numeric $$;
create or replace function "DBMS_LOB"."DEFAULT_LANG_CTX"() returns numeric language sql immutable as $$ select 0::numeric $$;
create or replace function "DBMS_LOB"."NO_WARNING"() returns numeric language sql immutable as $$ select 0::numeric $$;
create or replace function "DBMS_LOB"."WARN_INCONVERTIBLE_CHAR"() returns numeric language sql immutable as $$ select 1::numeric $$;
create or replace function "DBMS_LOB"."LOB_READONLY"() returns numeric language sql immutable as $$ select 0::numeric $$;
create or replace function "DBMS_LOB"."LOB_READWRITE"() returns numeric language sql immutable as $$ select 1::numeric $$;
create or replace function "DBMS_LOB"."SESSION"() returns numeric language sql immutable as $$ select 10::numeric $$;
create or replace function "DBMS_LOB"."CALL"() returns numeric language sql immutable as $$ select 12::numeric $$;
create or replace function "DBMS_LOB"."FILE_READONLY"() returns numeric language sql immutable as $$ select 0::numeric $$;
create or replace function "DBMS_LOB"."LOBMAXSIZE"() returns numeric language sql immutable as $$ select 18446744073709551615::numeric $$;
