/* cuGetExportTable: the private tables that cudart, cuBLASLt and cuFFT ask for. They call back through lc_driver. */
#ifndef LC_EXPORT_TABLES_H
#define LC_EXPORT_TABLES_H

#include "generated/cuda_types.h"

/* The whole of cuGetExportTable: 1 with *table NULL for an unknown id. Needs no cuInit. */
CUresult lc_export_tables_get(const void **table, const CUuuid *id);

#endif
