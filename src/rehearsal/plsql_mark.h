/* plsql_mark.h - marks by which the extension and the translator understand each other */
#ifndef CW_REHEARSAL_PLSQL_MARK_H
#define CW_REHEARSAL_PLSQL_MARK_H

#define RH_ENDS "/* ends transactions */" /* so begins a DO that does */

/* rh.autonomous(): the same, of a block that another backend runs. */
#define RH_RUNS "RHRUN"

/* rh.ask(): the question's SQLSTATE, and the first byte of its answer. */
#define RH_ASKS		"RHASK"
#define RH_RETURNS	"RHRES" /* DBMS_SQL.RETURN_RESULT of the cursor that the message names */
#define RH_ASKS_COUNTS	"\001counts" /* no text of SQL: what V$SESSTAT shows */
#define RH_ANSWER_SQL	'Q' /* PostgreSQL's words for it follow */
#define RH_ANSWER_DONE	'D' /* it was done */
#define RH_ANSWER_ERROR 'E' /* "ORA-nnnnn: ..." follows */

#endif
