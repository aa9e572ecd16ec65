#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "app/audit_command.h"
#include "app/command_line_parts.h"
#include "app/explain_command.h"
#include "app/rejudge_command.h"
#include "app/report_command.h"

namespace parkwatch {

namespace {

void add_audit(CLI::App& app, Action& action) {
  CLI::App* audit = app.add_subcommand("audit", "Check the stored evidence");
  audit->require_subcommand(1);
  CLI::App* verify = audit->add_subcommand(
      "verify", "Compute the hash chain of all records anew, and all results from them");
  const auto options = std::make_shared<AuditVerifyOptions>();
  verify->add_option("--store", options->store_url, store_help)->required();
  verify->add_option("--registry", options->registry,
                     "Registry folder that must be the active one; else the stored set is taken");
  verify->add_option("--rules", options->rules, "Rules folder that goes with it");
  verify->add_option("--keys", options->keys, "Secret file with SM4 keys");
  verify->add_option("--head", options->heads, "A head noted earlier, TOPIC/PARTITION@OFFSET=HEX")
      ->take_all();
  verify->add_flag("--crc-either", options->modbus_crc, "Also take the plain MODBUS checksum");
  verify->add_flag("--chain-only", options->chain_only, "Leave out the results");
  verify->callback([options, &action] {
    action = [options] { return run_audit_verify(*options, std::cout, std::cerr); };
  });
  CLI::App* heads = audit->add_subcommand(
      "heads", "Print the chain's head of every partition, to be noted elsewhere");
  const auto store = std::make_shared<std::string>();
  heads->add_option("--store", *store, store_help)->required();
  heads->callback(
      [store, &action] { action = [store] { return run_audit_heads(*store, std::cout); }; });
}

void add_explain(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "explain", "Print how a result came about, down to the raw frames and former versions");
  const auto options = std::make_shared<ExplainOptions>();
  command->add_option("KIND", options->kind, "verdict, window, violation, episode or cluster")
      ->required()
      ->check(CLI::IsMember({"verdict", "window", "violation", "episode", "cluster"}));
  command
      ->add_option("KEY", options->key,
                   "The row's key as exported, in parts or joined by |: PARK SPAN START OUTLET "
                   "FACTOR [LIMIT], PARK RULE SUBJECT START, CLUSTER SPAN START FACTOR, or an "
                   "episode's id")
      ->required();
  command->add_option("--store", options->store_url, store_help)->required();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--keys", options->keys, "Secret file with SM4 keys");
  command->callback([options, &action] {
    action = [options] { return explain(*options, std::cout, std::cerr); };
  });
}

void add_rejudge(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "rejudge", "Activate a changed registry or changed rules and judge again what they touch");
  const auto options = std::make_shared<RejudgeOptions>();
  command->add_option("--registry", options->registry, "Registry folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--rules", options->rules, "Rules folder; the program's own without it");
  command->add_option("--store", options->store_url, store_help)->required();
  command->add_option("--from", options->from,
                      "First time; a change that touches more than --from and --to is refused");
  command->add_option("--to", options->to, "End, itself not included");
  command->add_flag("--dry-run", options->dry_run, "Print the differences and write nothing");
  command->add_flag("--totals", options->quiet, "Print totals only, not every row");
  command
      ->add_option("--publish", options->publish,
                   "What a publishing worker shall tell the result topics of it: the setting "
                   "topics.publish")
      ->capture_default_str();
  command->callback([options, &action] {
    action = [options] { return rejudge(*options, std::cout, std::cerr); };
  });
}

using RunReport = ExitCode (*)(const ReportOptions&, std::ostream&, std::ostream&);

/// What all reports are asked for; the period is left to the caller.
CLI::App* add_report_kind(CLI::App& report, Action& action, const char* name, const char* help,
                          const std::shared_ptr<ReportOptions>& options, RunReport run) {
  CLI::App* command = report.add_subcommand(name, help);
  command->add_option("--park", options->park, "Park id")->required();
  command->add_option("--store", options->store_url, store_help)->required();
  command->add_option("--language", options->language, "zh or en")
      ->check(CLI::IsMember({"zh", "en"}))
      ->capture_default_str();
  command->add_option("--format", options->format, "markdown, csv or html (print it to PDF)")
      ->check(CLI::IsMember({"markdown", "csv", "html"}))
      ->capture_default_str();
  command->add_option("--output", options->output, "File; - prints it")->capture_default_str();
  command->callback([options, run, &action] {
    action = [options, run] { return run(*options, std::cout, std::cerr); };
  });
  return command;
}

void add_report(CLI::App& app, Action& action) {
  CLI::App* report = app.add_subcommand("report", "Write reports that a bureau files");
  report->require_subcommand(1);
  const auto month = std::make_shared<ReportOptions>();
  add_report_kind(*report, action, "compliance",
                  "A park's month: data, exceedances, three simultaneities, corrections", month,
                  run_report)
      ->add_option("--month", month->month, "Local month, such as 2026-11")
      ->required();
  const auto days = std::make_shared<ReportOptions>();
  CLI::App* transmission = add_report_kind(
      *report, action, "transmission",
      "Effective transmission rates of a park's outlets and factors, by day and quarter", days,
      run_transmission_report);
  transmission->add_option("--from", days->from, "First local day, such as 2026-11-03")->required();
  transmission->add_option("--to", days->to, "Local day after the last")->required();
}

}  // namespace

void add_evidence_commands(CLI::App& app, Action& action) {
  add_audit(app, action);
  add_explain(app, action);
  add_rejudge(app, action);
  add_report(app, action);
}

}  // namespace parkwatch
