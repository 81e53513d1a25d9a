// SPDX-License-Identifier: Apache-2.0
// What this binary can connect to, in the words of the SQL front end.
#pragma once

#include "plan/session.h"
#include "runtime/connections.h"
#include "sql/connectors.h"

namespace sluice::cli {

/// Every source, sink and catalog that is linked in.
sql::Connectors AllConnectors();

/// Finds the Iceberg catalogs that a session opened to write.
runtime::FindCatalog CatalogsOf(plan::Session& session);

}  // namespace sluice::cli
