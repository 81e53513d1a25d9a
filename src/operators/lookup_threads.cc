// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_threads.h"

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "arrow/record_batch.h"
#include "io/thread.h"

namespace sluice::operators {
namespace {

class LookupThreads : public flow::LookupRequests {
 public:
  Status Start(std::unique_ptr<flow::LookupSource> source, int side_by_side_max) {
    auto* const parallel = dynamic_cast<flow::ParallelLookupSource*>(source.get());
    sources_.push_back(std::move(source));
    while (parallel != nullptr && side_by_side() < side_by_side_max) {
      SLUICE_ASSIGN(auto another, parallel->Another());
      if (another == nullptr) break;
      sources_.push_back(std::move(another));
    }
    for (const auto& own : sources_) {
      threads_.push_back(io::StartThread("lookup", [this, asked = own.get()] { Work(asked); }));
    }
    return {};
  }
  ~LookupThreads() override {
    stopping_ = true;
    questions_.Close();
    for (const auto& source : sources_) {
      auto* const parallel = dynamic_cast<flow::ParallelLookupSource*>(source.get());
      if (parallel != nullptr) parallel->Interrupt();
    }
    for (const auto& thread : threads_) thread->Join();
  }

  const flow::Schema& schema() const override { return sources_.front()->schema(); }
  int side_by_side() const override { return static_cast<int>(sources_.size()); }
  void Ask(int64_t number, std::shared_ptr<arrow::RecordBatch> keys, int64_t now_ms) override {
    questions_.Push({number, std::move(keys), now_ms});
  }
  std::optional<Answer> Take() override { return answers_.PopFor(0); }

 private:
  struct Question {
    int64_t number = 0;
    std::shared_ptr<arrow::RecordBatch> keys;
    int64_t now_ms = 0;
  };

  void Work(flow::LookupSource* source) {
    while (auto question = questions_.Pop()) {
      if (stopping_) return;
      answers_.Push({question->number, source->Lookup(*question->keys, question->now_ms)});
    }
  }

  std::vector<std::unique_ptr<flow::LookupSource>> sources_;
  // As many as were asked for: who asks keeps the bound.
  io::BoundedQueue<Question> questions_{SIZE_MAX};
  io::BoundedQueue<Answer> answers_{SIZE_MAX};
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<io::Thread>> threads_;
};

}  // namespace

Result<std::unique_ptr<flow::LookupRequests>> MakeLookupThreads(
    std::unique_ptr<flow::LookupSource> source, int side_by_side_max) {
  auto threads = std::make_unique<LookupThreads>();
  SLUICE_TRY(threads->Start(std::move(source), side_by_side_max));
  return std::unique_ptr<flow::LookupRequests>(std::move(threads));
}

}  // namespace sluice::operators
