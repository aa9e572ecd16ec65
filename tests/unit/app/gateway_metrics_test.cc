#include "app/gateway_metrics.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

TEST(GatewayMetrics, CountsUpWhatCameSince) {
  Metrics metrics;
  GatewayMetrics gateway(metrics);
  GatewayCounters now;
  now.connections_open = 3;
  now.frames[1].received = 5;
  now.frames[1].answered = 4;
  now.rejected[static_cast<std::size_t>(Reason::TooManyValues)] = 2;
  now.connections_closed[static_cast<std::size_t>(GatewayCounters::Close::Idle)] = 1;
  now.twin_addresses = 1;
  now.spool_bytes = 8;  // a header only
  gateway.show(now);
  EXPECT_NE(metrics.render(0).find("parkwatch_gateway_spool_bytes 0\n"), std::string::npos);
  now.spool_bytes = 100;
  now.spool_frames = 1;
  now.frames[1].received = 7;
  now.connections_open = 1;
  gateway.show(now);
  const std::string text = metrics.render(0);
  for (const char* line :
       {"parkwatch_gateway_frames_total{outcome=\"received\",version=\"2017\"} 7\n",
        "parkwatch_gateway_frames_total{outcome=\"answered\",version=\"2017\"} 4\n",
        "parkwatch_gateway_rejected_total{reason=\"too_many_values\"} 2\n",
        "parkwatch_gateway_connections_closed_total{reason=\"idle\"} 1\n",
        "parkwatch_gateway_findings_total{finding=\"twin_addresses\"} 1\n",
        "parkwatch_gateway_connections 1\n", "parkwatch_gateway_spool_bytes 100\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

}  // namespace
}  // namespace parkwatch
