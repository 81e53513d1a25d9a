// SPDX-License-Identifier: Apache-2.0
// The group windows of old: GROUP BY TUMBLE(ts, INTERVAL ...), and TUMBLE_START(...) and its kin in
// SELECT, which name the same window again.
#include <utility>

#include "sql/bind_columns.h"
#include "sql/bind_select.h"

namespace sluice::sql {

using functions::ExprKind;
using functions::ExprPtr;

/// Positive INTERVAL literals.
std::optional<std::vector<int64_t>> SelectBinder::BindIntervals(const ast::Expression& call,
                                                                size_t from) {
  std::vector<int64_t> lengths;
  for (size_t i = from; i < call.children.size(); ++i) {
    const ExprPtr value = BindPlain(*call.children[i]);
    if (value == nullptr) return std::nullopt;
    const auto length = IntervalMs(*value);
    if (!length || *length <= 0) {
      Fail(call.children[i]->span,
           "Only constant window intervals with millisecond resolution "
           "are supported.",
           "write INTERVAL '10' SECOND");
      return std::nullopt;
    }
    lengths.push_back(*length);
  }
  return lengths;
}

std::optional<WindowSpec> SelectBinder::BindWindowCall(const ast::Expression& call, WindowKind kind,
                                                       ExprPtr* time) {
  const size_t wanted = kind == WindowKind::kHop ? 3 : 2;
  if (call.children.size() != wanted) {
    Fail(call.span, kind == WindowKind::kHop
                        ? "HOP takes a time attribute, the slide and the size"
                        : call.text + " takes a time attribute and an INTERVAL");
    return std::nullopt;
  }
  *time = BindPlain(*call.children[0]);
  const auto lengths = BindIntervals(call, 1);
  if (*time == nullptr || !lengths) return std::nullopt;
  if ((*time)->type->time_attribute() == flow::TimeAttribute::kNone) {
    Fail(call.children[0]->span,
         "Window aggregate can only be defined over a time attribute "
         "column, but " +
             (*time)->type->WithNullable(true)->ToString() + " encountered.",
         "declare WATERMARK FOR it in CREATE TABLE");
    return std::nullopt;
  }
  WindowSpec spec;
  spec.kind = kind;
  spec.processing_time = (*time)->type->is_proctime();
  spec.size_ms = lengths->back();
  spec.slide_ms = kind == WindowKind::kHop ? lengths->front() : 0;
  return spec;
}

bool SelectBinder::BindGroupWindow(const ast::Expression& call) {
  if (group_window_) {
    Fail(call.span, "Only a single window group function may be used in GROUP BY");
    return false;
  }
  const WindowKind kind = call.text == "TUMBLE" ? WindowKind::kTumble
                          : call.text == "HOP"  ? WindowKind::kHop
                                                : WindowKind::kSession;
  ExprPtr time;
  window_name_ = call.text;
  const auto spec = BindWindowCall(call, kind, &time);
  if (!spec) return false;
  window_time_ = std::move(time);
  group_window_.emplace();
  group_window_->window = *spec;
  return true;
}

ExprPtr SelectBinder::BindAuxiliary(const ast::Expression& call) {
  const size_t cut = call.text.find('_');
  const std::string window = call.text.substr(0, cut);
  const std::string part = call.text.substr(cut + 1);
  const std::string wrong = "Call to auxiliary group function '" + call.text +
                            "' must have matching call to group function '" + window +
                            "' in GROUP BY clause";
  // A window that is wrong itself has said so.
  if (!group_window_ && window_name_ == window) return nullptr;
  if (window_name_ != window || !no_aggregates_in_.empty() || in_aggregate_) {
    return Fail(call.operator_span, wrong);
  }
  ExprPtr time;
  const auto spec = BindWindowCall(call, group_window_->window.kind, &time);
  if (!spec) return nullptr;
  if (!functions::Equals(*time, *window_time_) || spec->size_ms != group_window_->window.size_ms ||
      spec->slide_ms != group_window_->window.slide_ms) {
    return Fail(call.span, wrong);
  }
  const flow::TypePtr attribute = window_time_->type->WithNullable(false);
  if (part == "START") {
    group_window_->wants_start = true;
    return functions::Column(kWindowColumns, flow::Type::Timestamp(3, false), "window_start");
  }
  if (part == "END") {
    group_window_->wants_end = true;
    return functions::Column(kWindowColumns + 1, flow::Type::Timestamp(3, false), "window_end");
  }
  const bool processing = part == "PROCTIME";
  if (processing != group_window_->window.processing_time) {
    return Fail(call.operator_span,
                processing ? "An event-time window has no processing time to give"
                           : "A proctime window cannot provide a rowtime attribute.",
                processing ? window + "_ROWTIME gives the window's event time"
                           : window + "_PROCTIME gives its processing time");
  }
  (processing ? group_window_->wants_proctime : group_window_->wants_rowtime) = true;
  return functions::Column(kWindowColumns + (processing ? 3 : 2), attribute,
                           processing ? "window_proctime" : "window_rowtime");
}

}  // namespace sluice::sql
