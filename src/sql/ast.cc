// SPDX-License-Identifier: Apache-2.0
#include "sql/ast.h"

#include "sql/lexer.h"

namespace sluice::sql::ast {

Expression::Expression() = default;
Expression::~Expression() = default;
TableReference::~TableReference() = default;
QueryBody::~QueryBody() = default;
Query::~Query() = default;
Explain::Explain() = default;
Explain::Explain(Explain&&) noexcept = default;
Explain& Explain::operator=(Explain&&) noexcept = default;
Explain::~Explain() = default;

std::string Name::ToString() const {
  std::string out;
  for (const Identifier& part : parts) {
    if (!out.empty()) out += '.';
    out += Backtick(part.text);
  }
  return out;
}

}  // namespace sluice::sql::ast
