// SPDX-License-Identifier: Apache-2.0
#include "sources/nexmark/corpus.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace sluice::sources::nexmark {
namespace {

constexpr int64_t kPersons = 1, kAuctions = 3, kEpoch = 50;  // of every kEpoch events; rest: bids
constexpr int64_t kFirstId = 1000, kFirstCategory = 10, kCategories = 5;
constexpr int64_t kActivePeople = 1000, kAuctionsInFlight = 100, kIdLead = 10, kHotBatch = 100;
constexpr int kChannels = 10000;
constexpr size_t kLetters = 1 << 20;

int32_t ReverseBits(int32_t value) {
  auto v = static_cast<uint32_t>(value);
  uint32_t w = 0;
  for (int b = 0; b < 32; ++b, v >>= 1) w = w << 1 | (v & 1);
  return static_cast<int32_t>(w);
}

// The last person or auction that exists when event `id` is made, counted from 0.
int64_t LastPerson(int64_t id) {
  return id / kEpoch;
}
int64_t LastAuction(int64_t id) {
  const int64_t rem = id % kEpoch;
  if (rem < kPersons) return (id / kEpoch - 1) * kAuctions + kAuctions - 1;
  return id / kEpoch * kAuctions + std::min(rem - kPersons, kAuctions - 1);
}

}  // namespace

// SplitMix64.
class Corpus::Random {
 public:
  Random(uint64_t seed, uint64_t stream)
      : state_(Mix(seed + 0x9e3779b97f4a7c15) ^ Mix(stream * 0xd1342543de82ef95 + 1)) {}
  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15); }
  int64_t Below(int64_t n) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<int64_t>((static_cast<Wide>(Next()) * static_cast<uint64_t>(n)) >> 64);
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  int64_t Price() { return std::llround(std::pow(10.0, Unit() * 6.0) * 100.0); }

  // 3 to max-1 letters, one in 13 of them `gap`; blanks at the ends are cut.
  void Word(int64_t max, char gap, std::string* out) {
    out->clear();
    for (int64_t n = 3 + Below(max - 3); n > 0; --n)
      *out += Below(13) == 0 ? gap : static_cast<char>('a' + Below(26));
    const size_t begin = out->find_first_not_of(' ');
    if (begin == std::string::npos) {
      out->clear();
      return;
    }
    out->resize(out->find_last_not_of(' ') + 1);
    out->erase(0, begin);
  }

  template <size_t N>
  std::string_view Pick(const std::string_view (&of)[N]) {
    return of[static_cast<size_t>(Below(static_cast<int64_t>(N)))];
  }

 private:
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

Corpus::Corpus(const CorpusOptions& options) : options_(options) {
  Random random(static_cast<uint64_t>(options.seed), ~uint64_t{0});
  letters_.resize(kLetters);
  for (char& c : letters_) c = static_cast<char>('a' + random.Below(26));
  for (std::string& url : hot_urls_) url = Url(&random);
  for (int i = 0; i < kChannels; ++i) {
    channels_.push_back("channel-" + std::to_string(i));
    urls_.push_back(Url(&random));
    if (random.Below(10) > 0)
      urls_.back() += "&channel_id=" + std::to_string(std::abs(int64_t{ReverseBits(i)}));
  }
}

std::string Corpus::Url(Random* random) {
  std::string url = "https://www.nexmark.com/", word;
  for (int i = 0; i < 3; ++i) {
    random->Word(5, '_', &word);
    url += word + '/';
  }
  return url + "item.htm?query=1";
}

int64_t Corpus::TimeOf(int64_t number) const {
  const double micros =
      static_cast<double>(number) * (1e6 / static_cast<double>(options_.events_per_second));
  return options_.base_time_ms + static_cast<int64_t>(micros) / 1000;
}

void Corpus::Make(int64_t i, Event* out) const {
  const int64_t group = options_.shuffle_events;
  const int64_t number = 1 + (i / group) * group + (i * 953) % group;
  const int64_t id = 1 + number, rem = id % kEpoch;  // the public generator begins at event 2
  Random random(static_cast<uint64_t>(options_.seed), static_cast<uint64_t>(id));
  out->time_ms = TimeOf(number);
  if (rem < kPersons) {
    MakePerson(&random, id, number, out);
  } else if (rem < kPersons + kAuctions) {
    MakeAuction(&random, id, number, out);
  } else {
    MakeBid(&random, id, number, out);
  }
}

// Letters that bring an event of `size` bytes to `average` on average, within a fifth.
std::string_view Corpus::Extra(Random* random, size_t size_bytes, int64_t average) const {
  const auto size = static_cast<int64_t>(size_bytes);
  if (size > average) return {};
  const int64_t want = average - size;
  const int64_t delta = std::llround(static_cast<double>(want) * 0.2);
  const int64_t n = want - delta + (delta == 0 ? 0 : random->Below(2 * delta));
  const int64_t at = random->Below(static_cast<int64_t>(letters_.size()) - n);
  return std::string_view(letters_).substr(static_cast<size_t>(at), static_cast<size_t>(n));
}

namespace {

int64_t SomePerson(auto* random, int64_t id) {
  const int64_t people = LastPerson(id) + 1, active = std::min(people, kActivePeople);
  return people - active + random->Below(active + kIdLead);
}

int64_t SomeAuction(auto* random, int64_t id) {
  const int64_t last = LastAuction(id), least = std::max<int64_t>(last - kAuctionsInFlight, 0);
  return least + random->Below(last - least + 1 + kIdLead);
}

}  // namespace

void Corpus::MakePerson(Random* random, int64_t id, int64_t, Event* out) const {
  static constexpr std::string_view kFirst[] = {"Peter", "Paul",   "Luke",  "John",
                                                "Saul",  "Vicky",  "Kate",  "Julie",
                                                "Sarah", "Deiter", "Walter"};
  static constexpr std::string_view kLast[] = {"Shultz", "Abrams", "Spencer", "White", "Bartels",
                                               "Walton", "Smith",  "Jones",   "Noris"};
  static constexpr std::string_view kCities[] = {
      "Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland",
      "Bend",    "Redmond",     "Seattle",       "Kent",  "Cheyenne"};
  static constexpr std::string_view kStates[] = {"AZ", "CA", "ID", "OR", "WA", "WY"};
  out->kind = EventKind::kPerson;
  out->person_id = LastPerson(id) + kFirstId;
  out->name = random->Pick(kFirst);
  out->name += ' ';
  out->name += random->Pick(kLast);
  std::string domain;
  random->Word(7, ' ', &out->email_address);
  random->Word(5, ' ', &domain);
  out->email_address += '@' + domain + ".com";
  const int64_t a = random->Below(10000), b = random->Below(10000), c = random->Below(10000),
                d = random->Below(10000);
  std::snprintf(out->credit_card.data(), out->credit_card.size(), "%04d %04d %04d %04d",
                static_cast<int>(a), static_cast<int>(b), static_cast<int>(c), static_cast<int>(d));
  out->city = random->Pick(kCities);
  out->state = random->Pick(kStates);
  out->extra = Extra(
      random,
      8 + out->name.size() + out->email_address.size() + 19 + out->city.size() + out->state.size(),
      200);
}

void Corpus::MakeAuction(Random* random, int64_t id, int64_t number, Event* out) const {
  out->kind = EventKind::kAuction;
  out->auction_id = LastAuction(id) + kFirstId;
  out->seller = kFirstId + (random->Below(4) > 0 ? LastPerson(id) / kHotBatch * kHotBatch
                                                 : SomePerson(random, id));
  out->category = kFirstCategory + random->Below(kCategories);
  out->initial_bid = random->Price();
  const int64_t horizon_ms = TimeOf(number + kAuctionsInFlight * kEpoch / kAuctions) - out->time_ms;
  out->expires_ms = out->time_ms + 1 + random->Below(std::max<int64_t>(horizon_ms * 2, 1));
  random->Word(20, ' ', &out->item_name);
  random->Word(100, ' ', &out->description);
  out->reserve = out->initial_bid + random->Price();
  out->extra = Extra(random, 48 + out->item_name.size() + out->description.size(), 500);
}

void Corpus::MakeBid(Random* random, int64_t id, int64_t, Event* out) const {
  static constexpr std::array<std::string_view, 4> kHot = {"Google", "Facebook", "Baidu", "Apple"};
  out->kind = EventKind::kBid;
  out->auction = kFirstId + (random->Below(2) > 0 ? LastAuction(id) / kHotBatch * kHotBatch
                                                  : SomeAuction(random, id));
  out->bidder = 2 * kFirstId + (random->Below(4) > 0 ? LastPerson(id) / kHotBatch * kHotBatch + 1
                                                     : SomePerson(random, id));
  out->price = random->Price();
  if (random->Below(2) > 0) {
    const auto c = static_cast<size_t>(random->Below(4));
    out->channel = kHot[c];
    out->url = hot_urls_[c];
  } else {
    const auto c = static_cast<size_t>(random->Below(kChannels));
    out->channel = channels_[c];
    out->url = urls_[c];
  }
  out->extra = Extra(random, 32, 100);
}

}  // namespace sluice::sources::nexmark
