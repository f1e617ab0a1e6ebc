/* plsql_mark.h - how a DO tells the extension that it ends transactions: its text begins so */
#ifndef CW_REHEARSAL_PLSQL_MARK_H
#define CW_REHEARSAL_PLSQL_MARK_H

#define RH_ENDS "/* ends transactions */"

#endif
