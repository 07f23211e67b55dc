"""Every comparison of the test suite and its spoiled twin: the test that shows it going red.

Who adds a helper that holds one thing against another writes a twin for it, a test that spoils what it looks at and
wants it to go red, and names it in TWINS; or says in NO_COMPARISONS why it is none. What counts as a comparison is
found by `comparisons.py`.
"""

from __future__ import annotations

TWINS = {
    # the source
    "source_rules.against_the_direction": "test_architecture::test_an_import_against_the_direction_is_seen",
    "source_rules.outside_the_fence": "test_architecture::test_a_package_outside_its_fence_is_seen",
    "source_rules.unknown_packages": "test_architecture::test_a_package_outside_its_fence_is_seen",
    "source_rules.cycles": "test_architecture::test_a_circle_is_seen_whatever_its_kind",
    "source_rules.too_long": "test_architecture::test_what_is_too_long_is_seen",
    "source_rules.without_docstring": "test_architecture::test_a_missing_docstring_is_seen",
    "source_rules.prints": "test_architecture::test_a_print_is_seen",
    "source_rules.forbidden_words": "test_architecture::test_a_forbidden_word_is_seen",
    "test_start_up._loaded": "test_spoiled_twins::test_loaded_goes_red",
    "comparisons.comparisons": "test_every_comparison::test_a_helper_that_holds_one_thing_against_another_is_found",
    # the command line
    "program.Answer.json": "test_spoiled_twins::test_json_goes_red",
    "program._sane": "test_spoiled_twins::test_sane_goes_red",
    "test_cli_new._completed": "test_spoiled_twins::test_completed_goes_red",
    # records
    "traces.Trace.holds": "test_spoiled_twins::test_a_table_of_a_trace_goes_red",
    "traces.Trace.requests_are": "test_spoiled_twins::test_a_table_of_a_trace_goes_red",
    "traces.Trace.branches_are": "test_spoiled_twins::test_a_table_of_a_trace_goes_red",
    "test_same_luck.same_record": "test_spoiled_twins::test_same_record_goes_red",
    "test_order_of_events.differ": "test_order_of_events::test_r3_an_engine_that_gives_out_at_once_is_caught",
    "test_replay.same": "test_spoiled_twins::test_same_goes_red",
    "sample_table.assert_same": "test_spoiled_twins::test_assert_same_goes_red",
    # engines
    "plain_rules.differences": "test_recursion_limits::test_r14_the_comparison_goes_red_for_one_tick",
    "test_recursion.differences": "test_recursion::test_the_comparison_goes_red_for_one_tick",
    "test_recursion.check": "test_spoiled_twins::test_check_goes_red",
    "test_recursion_branches.check": "test_spoiled_twins::test_check_goes_red",
    "test_recursion_customers.check": "test_spoiled_twins::test_check_goes_red",
    "test_recursion_limits.check": "test_spoiled_twins::test_check_goes_red",
    "test_recursion_people.check": "test_spoiled_twins::test_check_goes_red",
    "test_pairs.audited": "test_spoiled_twins::test_audited_goes_red",
    "test_mutants.caught": "test_mutants::test_a_fault_that_is_none_is_not_caught",
    # experiments
    "test_journal.contiguous": "test_spoiled_twins::test_contiguous_goes_red",
    "test_replicate._reads": "test_spoiled_twins::test_reads_goes_red",
    "test_replicate.gone": "test_spoiled_twins::test_gone_goes_red",
    "test_store_faults.complete": "test_spoiled_twins::test_complete_goes_red",
    "test_store_faults.assert_one_line": "test_spoiled_twins::test_assert_one_line_goes_red",
    # measures
    "test_journey.hold_against_the_ledger": "test_journey::test_the_comparison_can_fail",
    "test_staff.ledger": "test_spoiled_twins::test_ledger_goes_red",
    "test_sharing._time_of": "test_spoiled_twins::test_time_of_goes_red",
    # files and pages
    "pages.differences": "test_examples::test_a_wrong_number_is_seen",
    "console.run_page": "test_commands::test_a_wrong_output_is_seen",
    "generate.stale": "test_spoiled_twins::test_stale_goes_red",
    "test_corpus.expected": "test_corpus::test_a_spoiled_expectation_goes_red",
    "test_corpus.told": "test_corpus::test_a_spoiled_expectation_goes_red",
    "test_corpus.differences": "test_corpus::test_a_code_without_a_file_goes_red",
    "test_schema.takes": "test_schema::test_an_example_that_is_not_taken_goes_red",
    "test_api.fits": "test_api::test_the_json_schema_refuses_wrong_shapes",
    # pictures
    "extents.off_page": "test_plots_layout::test_the_checks_see_what_is_wrong",
    "extents.overlaps": "test_plots_layout::test_the_checks_see_what_is_wrong",
    "extents.struck": "test_plots_layout::test_the_checks_see_what_is_wrong",
    "test_from_run.draw_all": "test_spoiled_twins::test_draw_all_goes_red",
    # proofs
    "mutants.main": "test_mutants_hunt::test_a_mutant_that_is_missed_makes_the_proof_fail",
    "mutation.conclude": "test_spoiled_twins::test_conclude_goes_red",
}
"""Comparison (module.name) -> the test (module::name) in which it goes red."""

IN_THE_PROGRAM = {
    "flowsim.metrics.audit.audit": "test_audit_spoiled::test_a_spoiled_record_is_caught_by_name",
    "flowsim.verification.claims.judge": "test_quick::test_a_wrong_theory_goes_red",
    "flowsim.experiments.reproduce.reproduce": "test_reproduce::test_another_seed_is_found",
    "flowsim.record.fingerprint.fingerprint": "test_fingerprint::test_every_cell_counts",
}
"""Comparisons that the program itself makes, and their twins."""

NO_COMPARISONS = {
    "it makes what a test looks at, and asserts only that this is what it was meant to be": (
        "conftest.made",
        "test_cli_features.kept",
        "test_cli_journal.kept",
        "test_cli_journal.chased",
        "test_cli_tables._put",
        "test_arrivals_all.model",
        "test_replicate.started",
        "audit_spoilers_features.chase_lost",
        "records.visit",
        "records.cut",
        "records.request",
        "rich_models.RichModel.model",
        "small_models.model",
        "test_messages.told",
        "test_requests_and_people.made",
        "test_requests_and_people.permit",
        "test_nearly_valid.spots",
        "test_identity._changed",
        "test_architecture._is_text",
    ),
    "it works out by itself what others are held against, and asserts only that it did not lose its way": (
        "plain_people.desks",
        "test_people_tables.second_look",
    ),
    "it takes out what a test then holds against what it expects, and asserts only that nothing is lost on the way": (
        "pages._column",
        "test_cli_features.rows",
        "test_cli_journal.shown",
        "test_arrival_patterns.arrivals",
        "test_journeys.way",
        "test_presence.away",
        "test_arrivals_all.of",
        "test_experiment.left",
        "test_panels.by_key",
        "test_replicate.left",
        "test_store.names",
        "test_store_faults.hidden",
        "test_handoff_costs.rows_of",
        "test_journey.rows",
        "test_ledger_parts.ledger",
        "test_metric_tables.numbers",
        "test_money.rows",
        "test_service_measures.measures",
        "test_staff.kinds",
        "test_wastes.rows",
        "test_watermelon.rows",
        "test_advice._codes",
        "test_advice_on_limits._said",
        "test_advice_on_limits._batches",
        "test_advice_on_limits._around",
        "test_advice_on_people._codes",
        "test_traffic._counted",
        "test_mutants.of_the_real_engine",
        "test_plots_words.drawn",
        "test_paths.problem",
        "test_schema.branches",
        "test_settings.codes",
        "test_states.based_on_problem",
        "test_steps_and_branches.told",
        "test_tree.problems",
        "shipped_runs.outcomes",
        "shipped_runs.rows",
        "test_shipped.claims",
        "test_shipped._claim",
        "test_texts_catalogue.literals",
        "results.kept",
    ),
}
"""Why they are none -> helpers that look like comparisons."""
