"""The notices that come with the package: what a person is told, and asked, before they consent."""
