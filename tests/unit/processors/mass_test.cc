#include "processors/mass.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

/// A concentration of 36 mg/L in a volume of so many cubic metres, with a mass of the logger's own.
MassResult mass_of(const char* cubic_metres, const char* own_kg) {
  MassInput input;
  input.units_per_kilogram = 1'000'000;
  input.medium = Medium::Water;
  input.basis_known = true;
  input.flow_registered = true;
  input.difference_percent = 5;
  input.measured = Decimal::parse("36");
  input.flow_mean = Decimal::parse("1");
  input.volume_m3 = Decimal::parse(cubic_metres);
  input.own_mass = MassDecimal::parse(own_kg);
  return hour_mass(input);
}

TEST(HourMass, OwnMassCountsWithinFivePercentOfTheProductsMagnitude) {
  struct Case {
    const char* volume;
    const char* own;
    bool agrees;
  };
  const Case cases[] = {{"0.1", "0.0036", true},      {"0.1", "0.00378", true},
                        {"0.1", "0.003781", false},   {"0.1", "-0.0036", false},
                        {"-0.1", "-0.0036", true},    {"-0.1", "-0.00378", true},
                        {"-0.1", "-0.003781", false}, {"0", "0", true}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.volume) + " m3, " + c.own + " kg");
    const MassResult result = mass_of(c.volume, c.own);
    EXPECT_EQ(result.mismatch, !c.agrees);
    if (c.agrees) {
      EXPECT_EQ(result.mass, MassDecimal::parse(c.own));
    }
  }
}

}  // namespace
}  // namespace parkwatch
