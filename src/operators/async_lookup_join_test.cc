// SPDX-License-Identifier: Apache-2.0
// An asynchronous lookup join whose table answers when the test says so, late and in any order.
#include "operators/async_lookup_join.h"

#include <condition_variable>
#include <map>
#include <mutex>

#include "arrow/api.h"
#include "flow/waiting_operator.h"
#include "gtest/gtest.h"
#include "io/fake/clock.h"
#include "operators/changelog_testing.h"
#include "operators/lookup_threads.h"

namespace sluice::operators {
namespace {

const flow::Schema kOrders = SchemaOf({{"order_id", "INT"}, {"customer", "INT"}});
const flow::Schema kAges = SchemaOf({{"id", "INT"}, {"age", "INT"}});
const flow::Schema kJoined =
    SchemaOf({{"order_id", "INT"}, {"customer", "INT"}, {"id", "INT"}, {"age", "INT"}});
const flow::TypePtr kInt = flow::Type::Simple(flow::TypeKind::kInt);

std::vector<int> KeysOf(const arrow::RecordBatch& keys) {
  std::vector<int> values;
  for (int64_t i = 0; i < keys.num_rows(); ++i) {
    values.push_back(static_cast<const arrow::Int32Array&>(*keys.column(0)).Value(i));
  }
  return values;
}

/// Key k has one row (k, k + `more`); negative keys have none.
flow::LookupRows Found(const arrow::RecordBatch& keys, int more = 100) {
  flow::LookupRows found;
  Rows rows;
  int32_t number = 0;
  for (const int key : KeysOf(keys)) {
    if (key >= 0) {
      rows.push_back("+I[" + std::to_string(key) + ", " + std::to_string(key + more) + "]");
      found.key_rows.push_back(number);
    }
    ++number;
  }
  found.rows = BatchOf(kAges, rows).rows;
  return found;
}

class LateAnswers : public flow::LookupRequests {
 public:
  struct World {
    int side_by_side = 1;
    std::map<int64_t, std::shared_ptr<arrow::RecordBatch>> asked;  // by number, not yet answered
    std::vector<Answer> answers;

    void Say(int64_t number, int more = 100) {
      const auto keys = asked.extract(number);
      answers.push_back({number, Found(*keys.mapped(), more)});
    }
    std::vector<int64_t> numbers() const {
      std::vector<int64_t> all;
      for (const auto& [number, keys] : asked) all.push_back(number);
      return all;
    }
  };
  explicit LateAnswers(World* world) : world_(*world) {}
  const flow::Schema& schema() const override { return kAges; }
  int side_by_side() const override { return world_.side_by_side; }
  void Ask(int64_t number, std::shared_ptr<arrow::RecordBatch> keys, int64_t) override {
    world_.asked[number] = std::move(keys);
  }
  std::optional<Answer> Take() override {
    if (world_.answers.empty()) return std::nullopt;
    Answer first = std::move(world_.answers.front());
    world_.answers.erase(world_.answers.begin());
    return first;
  }

 private:
  World& world_;
};

class AsyncLookupJoin : public ::testing::Test {
 protected:
  void Make(const std::string& mode, const std::string& capacity = "100",
            const std::string& timeout = "3 min") {
    plan::LookupJoinNode node = node_;
    node.options["async"] = "true";
    node.options["output-mode"] = mode;
    node.options["capacity"] = capacity;
    node.options["timeout"] = timeout;
    node.table.name = "customers";
    node.columns = {0, 1};
    node.keys = {{0, functions::Column(1, kInt, "customer")}};
    const auto ask = [this](int at_most) {
      side_by_side_max_ = at_most;
      return Result<std::unique_ptr<flow::LookupRequests>>(std::make_unique<LateAnswers>(&world_));
    };
    const std::vector<flow::Schema> inputs{kOrders};
    const OperatorOptions options;
    auto made =
        MakeAsyncLookupJoin(node, {"", kJoined, inputs, options}, {.ask = ask, .clock = &clock_});
    ASSERT_TRUE(made.ok()) << made.error().text;
    operator_ = *std::move(made);
    join_ = dynamic_cast<flow::WaitingOperator*>(operator_.get());
    ASSERT_NE(join_, nullptr);
  }
  void Push(const Rows& rows) {
    std::vector<flow::Batch> out;
    ASSERT_TRUE(join_->Process(0, BatchOf(kOrders, rows), 0, &out).ok());
    EXPECT_TRUE(out.empty());
  }
  /// What passes at once.
  int64_t Watermark(int64_t ms) {
    std::vector<flow::Batch> out;
    EXPECT_TRUE(join_->OnWatermark(&ms, 0, &out).ok());
    EXPECT_TRUE(out.empty());
    return ms;
  }
  Rows Take() {
    std::vector<flow::Batch> out;
    status_ = join_->TakeAnswers(0, &watermark_ms_, &out);
    return RowsOf(out);
  }

  plan::LookupJoinNode node_;
  io::fake::FakeClock clock_;
  LateAnswers::World world_;
  std::unique_ptr<flow::Operator> operator_;
  flow::WaitingOperator* join_ = nullptr;
  Status status_;
  int64_t watermark_ms_ = 0;
  int side_by_side_max_ = 0;
};

using Numbers = std::vector<int64_t>;

TEST_F(AsyncLookupJoin, RowsKeepTheirOrderHoweverLateTheirAnswer) {
  Make("ordered");
  Push({"+I[1, 7]", "+I[2, 7]", "-D[3, 8]"});
  Push({"+I[4, 9]"});
  EXPECT_EQ(world_.numbers(), (Numbers{0, 1}));
  EXPECT_EQ(KeysOf(*world_.asked[0]), (std::vector<int>{7, 8}));  // each once
  world_.Say(1);
  EXPECT_EQ(Take(), Rows{});
  EXPECT_TRUE(join_->waiting());
  world_.Say(0);
  EXPECT_EQ(Take(),
            (Rows{"+I[1, 7, 7, 107]", "+I[2, 7, 7, 107]", "-D[3, 8, 8, 108]", "+I[4, 9, 9, 109]"}));
  EXPECT_FALSE(join_->waiting());
}

TEST_F(AsyncLookupJoin, UnorderedRowsPassEachOtherButNoWatermark) {
  Make("allow_unordered");
  EXPECT_EQ(Watermark(5), 5);
  Push({"+I[1, 1]"});
  Push({"+I[2, 2]"});
  EXPECT_EQ(Watermark(10), 5);
  Push({"+I[3, 3]"});
  world_.Say(2);
  EXPECT_EQ(Take(), Rows{});
  world_.Say(1);
  EXPECT_EQ(Take(), (Rows{"+I[2, 2, 2, 102]"}));
  EXPECT_EQ(watermark_ms_, 5);
  world_.Say(0);
  EXPECT_EQ(Take(), (Rows{"+I[1, 1, 1, 101]", "+I[3, 3, 3, 103]"}));
  EXPECT_EQ(watermark_ms_, 10);
  EXPECT_FALSE(join_->waiting());
}

TEST_F(AsyncLookupJoin, AWatermarkWaitsForTheRowsBeforeIt) {
  Make("ordered");
  Push({"+I[1, 1]"});
  EXPECT_EQ(Watermark(10), flow::kWatermarkMin);
  EXPECT_EQ(Watermark(20), flow::kWatermarkMin);
  Push({"+I[2, 2]"});
  EXPECT_EQ(Watermark(flow::kWatermarkMax), flow::kWatermarkMin);
  world_.Say(0);
  EXPECT_EQ(Take(), (Rows{"+I[1, 1, 1, 101]"}));
  EXPECT_EQ(watermark_ms_, 20);
  world_.Say(1);
  EXPECT_EQ(Take().size(), 1u);
  EXPECT_EQ(watermark_ms_, flow::kWatermarkMax);
}

TEST_F(AsyncLookupJoin, TheKeysOfABatchAreAskedSideBySide) {
  world_.side_by_side = 3;
  Make("ordered", "4");
  EXPECT_EQ(side_by_side_max_, 4);
  Rows rows, joined;
  for (int i = 0; i < 300; ++i) {
    const std::string pair = std::to_string(i) + ", " + std::to_string(299 - i);
    rows.push_back("+I[" + pair + "]");
    joined.push_back("+I[" + pair + ", " + std::to_string(299 - i) + ", " +
                     std::to_string(399 - i) + "]");
  }
  Push(rows);
  EXPECT_EQ(world_.numbers(), (Numbers{0, 1, 2}));
  EXPECT_EQ(world_.asked[2]->num_rows(), 100);
  EXPECT_FALSE(join_->full());
  Push({"+I[1, 1]"});
  EXPECT_TRUE(join_->full());
  for (const int64_t number : {2, 3, 0}) world_.Say(number);
  EXPECT_EQ(Take(), Rows{});
  EXPECT_FALSE(join_->full());
  world_.Say(1);
  joined.push_back("+I[1, 1, 1, 101]");
  EXPECT_EQ(Take(), joined);
}

TEST_F(AsyncLookupJoin, ABatchThatAsksForNothingWaitsInItsPlace) {
  node_.type = plan::JoinType::kLeft;
  Make("ordered");
  Push({"+I[1, 1]"});
  Push({"+I[2, null]"});
  EXPECT_EQ(Take(), Rows{});
  world_.Say(0);
  EXPECT_EQ(Take(), (Rows{"+I[1, 1, 1, 101]", "+I[2, null, null, null]"}));
}

TEST_F(AsyncLookupJoin, AHintAsksAgainForWhatIsMissingAndOthersGoOn) {
  node_.type = plan::JoinType::kLeft;
  node_.options = {{"retry-predicate", "lookup_miss"},
                   {"retry-strategy", "fixed_delay"},
                   {"fixed-delay", "10 s"},
                   {"max-attempts", "2"}};
  Make("allow_unordered");
  Push({"+I[1, 1]", "+I[2, -2]"});
  Push({"+I[3, 3]"});
  world_.Say(0);
  world_.Say(1);
  EXPECT_EQ(Take(), (Rows{"+I[3, 3, 3, 103]"}));
  EXPECT_TRUE(world_.asked.empty());
  clock_.Advance(10'000);
  EXPECT_EQ(Take(), Rows{});
  ASSERT_EQ(world_.numbers(), Numbers{0});
  EXPECT_EQ(KeysOf(*world_.asked[0]), std::vector<int>{-2});
  world_.Say(0);
  EXPECT_EQ(Take(), (Rows{"+I[1, 1, 1, 101]", "+I[2, -2, null, null]"}));
  EXPECT_FALSE(join_->waiting());
}

TEST_F(AsyncLookupJoin, NoAnswerInTimeIsAnError) {
  Make("ordered", "100", "500 ms");
  Push({"+I[1, 1]"});
  clock_.Advance(500);
  Take();
  EXPECT_TRUE(status_.ok());
  clock_.Advance(1);
  Take();
  ASSERT_FALSE(status_.ok());
  EXPECT_EQ(status_.error().kind, ErrorKind::kTimeout);
  EXPECT_NE(status_.error().text.find("not answered within 500 ms: table customers"),
            std::string::npos);
}

TEST_F(AsyncLookupJoin, AnErrorEndsIt) {
  Make("ordered");
  Push({"+I[1, 1]"});
  world_.answers.push_back({0, IoError("the server is gone")});
  Take();
  ASSERT_FALSE(status_.ok());
  EXPECT_EQ(status_.error().text, "the server is gone");
}

/// Answers once `meet` threads ask at the same time; or never, until it is interrupted.
class Meeting : public flow::ParallelLookupSource {
 public:
  struct Place {
    std::mutex mutex;
    std::condition_variable changed;
    int meet = 0, inside = 0;
    bool interrupted = false;
  };
  explicit Meeting(Place* place) : place_(*place) {}
  const flow::Schema& schema() const override { return kAges; }
  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t) override {
    std::unique_lock lock(place_.mutex);
    ++place_.inside;
    place_.changed.notify_all();
    place_.changed.wait(lock,
                        [this] { return place_.interrupted || place_.inside >= place_.meet; });
    if (place_.interrupted) return IoError("interrupted");
    return Found(keys);
  }
  Result<std::unique_ptr<flow::LookupSource>> Another() override {
    return std::unique_ptr<flow::LookupSource>(std::make_unique<Meeting>(&place_));
  }
  void Interrupt() override {
    const std::lock_guard lock(place_.mutex);
    place_.interrupted = true;
    place_.changed.notify_all();
  }

 private:
  Place& place_;
};

std::shared_ptr<arrow::RecordBatch> OneKey(int key) {
  return BatchOf(SchemaOf({{"k", "INT"}}), {"+I[" + std::to_string(key) + "]"}).rows;
}

TEST(LookupThreads, QuestionsAreWorkedOnSideBySide) {
  Meeting::Place place;
  place.meet = 3;
  auto requests = MakeLookupThreads(std::make_unique<Meeting>(&place), 3);
  ASSERT_TRUE(requests.ok());
  EXPECT_EQ((*requests)->side_by_side(), 3);
  for (int i = 0; i < 3; ++i) (*requests)->Ask(i, OneKey(i), 0);
  std::map<int64_t, std::string> answers;
  while (answers.size() < 3) {
    if (auto answer = (*requests)->Take()) {
      ASSERT_TRUE(answer->rows.ok());
      answers[answer->number] =
          RowsOf({flow::Batch{.rows = answer->rows->rows, .origin = {}, .kinds = {}}})[0];
    }
  }
  EXPECT_EQ(answers, (std::map<int64_t, std::string>{
                         {0, "+I[0, 100]"}, {1, "+I[1, 101]"}, {2, "+I[2, 102]"}}));
}

TEST(LookupThreads, TheEndInterruptsWhatIsUnderWay) {
  Meeting::Place place;
  place.meet = 1000;
  {
    auto requests = MakeLookupThreads(std::make_unique<Meeting>(&place), 2);
    ASSERT_TRUE(requests.ok());
    for (int i = 0; i < 5; ++i) (*requests)->Ask(i, OneKey(i), 0);
    std::unique_lock lock(place.mutex);
    place.changed.wait(lock, [&place] { return place.inside == 2; });
  }
  EXPECT_TRUE(place.interrupted);
  EXPECT_EQ(place.inside, 2);  // what had not begun did not begin
}

}  // namespace
}  // namespace sluice::operators
