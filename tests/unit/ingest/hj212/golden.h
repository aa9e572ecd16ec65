#pragma once

#include <string_view>

namespace parkwatch::hj212 {

/// Frames whose checksums were computed apart from this code; the MN is invented.
constexpr std::string_view golden_answer =
    "##0087QN=20260315093000125;ST=91;CN=9014;PW=123456;MN=A0B1C2D3E4F5061728394A5B;Flag=8;"
    "CP=&&&&7A80\r\n";
constexpr std::string_view golden_state =
    "##0128QN=20260315094000000;ST=31;CN=2021;PW=123456;MN=A0B1C2D3E4F5061728394A5B;Flag=4;"
    "CP=&&DataTime=20260315094000;SB1-RS=1;SB2-RS=0&&7BC0\r\n";
constexpr std::string_view golden_realtime =
    "##0186QN=20260315093000125;ST=31;CN=2011;PW=123456;MN=A0B1C2D3E4F5061728394A5B;Flag=9;"
    "CP=&&DataTime=20260315093000;a34013-Rtd=4.2,a34013-ZsRtd=4.6,a34013-Flag=N;"
    "a19001-Rtd=7.31,a19001-Flag=N&&BE01\r\n";
constexpr std::string_view golden_hour =
    "##0204QN=20260315090000001;ST=32;CN=2061;PW=123456;MN=A0B1C2D3E4F5061728394A5B;Flag=5;"
    "CP=&&DataTime=20260315080000;w00000-Cou=126.0,w00000-Avg=35.0,w00000-Flag=N;"
    "w01018-Cou=4.788,w01018-Avg=38.0,w01018-Flag=N&&3D40\r\n";
constexpr std::string_view golden_frames[] = {golden_answer, golden_state, golden_realtime,
                                              golden_hour};

}  // namespace parkwatch::hj212
