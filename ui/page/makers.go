package page

// All returns every page.
func All() Makers {
	return Makers{
		Estate:    newEstate,
		Bookmarks: newBookmarksPage,
		Clusters:  newClusters,
		Cluster:   newClusterPage,
		Pool:      newPoolPage,
		Finding:   newFindingPage,
		Fix:       newFixPage,
		Findings:  newFindingsPage,
		Requests:  newRequestsPage,
		Problems:  newProblemsPage,
		Rule:      newRulePage,
		Waive:     newWaivePage,
		Posture:   newPosturePage,
		Glossary:  newGlossaryPage,
		Term:      newTermPage,
		Versions:  newVersionsPage,
		Version:   newVersionPage,
		Nodes:     newNodesPage,
		Node:      newNodePage,
		Sensors:   newSensorsPage,
		Sensor:    newSensorPage,
		Exposure:  newExposurePage,
		Policies:  newPoliciesPage,
		Access:    newAccessPage,
		Holder:    newHolderPage,
		WhoCan:    newWhoCanPage,
		Ways:      newWaysPage,
		Blast:     newBlastPage,
		Timeline:  newTimelinePage,
		WhatIf:    newWhatIfPage,
		Role:      newRolePage,
		Events:    newEventsPage,

		Namespaces: newNamespacesPage,
		Namespace:  newNamespacePage,
		Object:     newObjectPage,
	}
}

// Places lists the pages that the palette offers by name.
func Places() []Place {
	return []Place{
		{Name: "estate", Says: "The subscriptions, worst first.", At: Address{Kind: Estate}},
		{Name: "clusters", Says: "All clusters in one table.", At: Address{Kind: Clusters}},
		{Name: "findings", Says: "All findings of the estate.", At: Address{Kind: Findings}},
		{Name: "posture", Says: "What the estate adds up to: topics, subscriptions, the worst, the oldest.", At: Address{Kind: Posture}},
		{Name: "versions", Says: "Kubernetes versions, soonest to leave support first.", At: Address{Kind: Versions}},
		{Name: "glossary", Says: "What the words on the screens mean.", At: Address{Kind: Glossary}},
		{Name: "bookmarks", Says: "The pages that you marked with b.", At: Address{Kind: Bookmarks}},
		{Name: "requests", Says: "Every request that was made.", At: Address{Kind: Requests}},
		{Name: "errors", Says: "What could not be read, why, and what to do.", At: Address{Kind: Problems}},
	}
}
