/*
 * xmltype.c - ora.xml: XMLTYPE as the text it was made of
 *
 * Errors	ORA-31011 (not well-formed)
 * Sources	XML DB Developer's Guide 19c, "XMLType constructor"; A-460
 */
#include "causeway_redo.h"

#include "utils/builtins.h"
#include "utils/xml.h"

PG_FUNCTION_INFO_V1(rh_xml_in);
PG_FUNCTION_INFO_V1(rh_xml_out);
PG_FUNCTION_INFO_V1(rh_xml_recv);
PG_FUNCTION_INFO_V1(rh_xml_send);

static Datum checked(Datum document)
{
	if (!DatumGetBool(DirectFunctionCall1(xml_is_well_formed_document, document)))
		ora_error("31011", "XML parsing failed");
	return document;
}

Datum rh_xml_in(PG_FUNCTION_ARGS)
{
	return checked(CStringGetTextDatum(PG_GETARG_CSTRING(0)));
}

Datum rh_xml_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

Datum rh_xml_recv(PG_FUNCTION_ARGS)
{
	return checked(DirectFunctionCall1(textrecv, PG_GETARG_DATUM(0)));
}

Datum rh_xml_send(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(textsend, PG_GETARG_DATUM(0));
}
