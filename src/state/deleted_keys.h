// SPDX-License-Identifier: Apache-2.0
// Keys that files of state hold and nobody needs any more, kept until the next snapshot says so.
// They are as many as were deleted since the last one; where there is a cold store they can wait
// there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "state/cold_store.h"

namespace sluice::state {

class DeletedKeys {
 public:
  DeletedKeys() = default;
  /// `cold` may be null; `space` is a table of it that nobody else uses.
  DeletedKeys(ColdStore* cold, uint32_t space) : cold_(cold), space_(space) {}

  void Add(std::string_view key, uint32_t group);
  /// In memory.
  int64_t bytes() const { return static_cast<int64_t>(list_.size()); }
  /// To the cold store; without one they stay.
  Status Spill();
  /// Each at least once, in no order.
  using Visit = std::function<Status(std::string_view key, uint32_t group)>;
  Status ForEach(const Visit& visit) const;
  Status Clear();

 private:
  ColdStore* cold_ = nullptr;
  uint32_t space_ = 0;
  std::string list_;  // u32 size, u32 group, key
  bool spilled_ = false;
};

}  // namespace sluice::state
