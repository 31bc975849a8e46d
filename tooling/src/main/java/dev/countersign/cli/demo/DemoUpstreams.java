package dev.countersign.cli.demo;

/** The servers behind the demo's gateway. */
record DemoUpstreams(DemoDatabases databases, DemoGitServer git, DemoCluster cluster) {}
