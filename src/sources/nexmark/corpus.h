// SPDX-License-Identifier: Apache-2.0
// The Nexmark event model, seeded: of every 50 events 1 person, 3 auctions, 46 bids; half of the
// bids go to a hot auction, 3/4 of the bids and sales to a hot person; prices are log-uniform.
// Every event draws from a random stream of its own, seeded by (seed, event number), so event i is
// the same however the events are split, and reading can begin anywhere at no cost.
//
// The values are those of tests/nexmark's generator of JSON corpora, number for number, which
// follows the public Nexmark generator including its quirk that a bidder's id carries the base id
// twice.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sources::nexmark {

struct CorpusOptions {
  int64_t seed = 1;
  int64_t events_per_second = 10'000;  // of event time
  int64_t base_time_ms = 1'436'918'400'000;
  int64_t shuffle_events = 1;  // events are out of order within groups of this size
};

enum class EventKind : uint8_t { kPerson = 0, kAuction = 1, kBid = 2 };

/// One event. Which texts and numbers have a meaning is told by `kind`. The views live until the
/// next event is made.
struct Event {
  EventKind kind = EventKind::kBid;
  int64_t time_ms = 0;
  std::string_view extra;
  // kPerson
  int64_t person_id = 0;
  std::string name, email_address;
  std::array<char, 20> credit_card{};
  std::string_view city, state;
  // kAuction
  int64_t auction_id = 0, initial_bid = 0, reserve = 0, expires_ms = 0, seller = 0, category = 0;
  std::string item_name, description;
  // kBid
  int64_t auction = 0, bidder = 0, price = 0;
  std::string channel;
  std::string_view url;
};

class Corpus {
 public:
  explicit Corpus(const CorpusOptions& options);
  /// Event `i`, counted from 0.
  void Make(int64_t i, Event* out) const;

 private:
  class Random;
  static std::string Url(Random* random);
  int64_t TimeOf(int64_t number) const;
  void MakePerson(Random* random, int64_t id, int64_t number, Event* out) const;
  void MakeAuction(Random* random, int64_t id, int64_t number, Event* out) const;
  void MakeBid(Random* random, int64_t id, int64_t number, Event* out) const;
  std::string_view Extra(Random* random, size_t size, int64_t average) const;

  const CorpusOptions options_;
  std::string letters_;
  std::array<std::string, 4> hot_urls_;
  std::vector<std::string> urls_, channels_;
};

}  // namespace sluice::sources::nexmark
